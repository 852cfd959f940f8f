import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { FileClaim } from './file-claim.ts';
import { type LogHeader, rotated } from './log-header.ts';

/** The files of one recording: the one being written, and older ones that were renamed when they were full. */
export class LogFiles {
  readonly #file: string;
  readonly #maxFiles: number;
  readonly #recording = randomUUID();
  readonly #claim: FileClaim;
  #part = 0;
  #handle: FileHandle | undefined;
  #bytes = 0;

  constructor(file: string, maxFiles: number) {
    this.#file = file;
    this.#maxFiles = maxFiles;
    this.#claim = new FileClaim(file);
  }

  /** Bytes written to the present file. */
  get bytes(): number {
    return this.#bytes;
  }

  /** How many files were begun so far, including deleted ones. */
  get parts(): number {
    return this.#part;
  }

  /**
   * Renames an existing file of this name, whoever wrote it, and begins a new one. Rejects with the system's error, and
   * while another recording of this process goes on with the same file.
   */
  async begin(): Promise<void> {
    await this.#claim.take();
    await this.#handle?.close();
    this.#handle = undefined;
    await this.#setAside();
    // `wx` and not `w`: another process may have created a file here in between, which must not be overwritten.
    this.#handle = await open(this.#file, 'wx');
    this.#bytes = 0;
    this.#part++;
    const date = new Date().toISOString();
    const header: LogHeader = { type: 'log', format: 1, recording: this.#recording, part: this.#part, date };
    await this.write(`${JSON.stringify(header)}\n`);
  }

  async write(text: string): Promise<void> {
    const bytes = Buffer.from(text);
    // `write` may write fewer bytes than it was given.
    for (let at = 0; at < bytes.length;) {
      const written = await this.#handle?.write(bytes, at);
      at += written?.bytesWritten ?? bytes.length;
    }
    this.#bytes += bytes.length;
  }

  /** Announces that the recording is about to end. */
  end(): void {
    this.#claim.end();
  }

  async close(): Promise<void> {
    try {
      await this.#handle?.close();
      this.#handle = undefined;
    } finally {
      this.#claim.free();
    }
  }

  async #setAside(): Promise<void> {
    if (!(await isThere(this.#file))) return;
    const oldest = rotated(this.#file, this.#maxFiles - 1);
    if (await isThere(oldest)) await rm(oldest);
    for (let n = this.#maxFiles - 2; n >= 0; n--) {
      const older = rotated(this.#file, n);
      if (await isThere(older)) await rename(older, rotated(this.#file, n + 1));
    }
  }
}

/**
 * Whether there is a regular file of this name. Rejects for anything else: a process with the rights to do so would
 * rename a directory, or `/dev/null`.
 */
async function isThere(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined || found.isFile()) return found !== undefined;
  throw new Error(`${file} is no file, but ${found.isDirectory() ? 'a directory' : 'a device or the like'}`);
}
