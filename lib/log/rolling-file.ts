import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { FileClaim } from './file-claim.ts';
import { rotated } from './log-header.ts';

const NEWLINE = 10;

/** A file that is written, and older ones that were renamed when they were full. */
export class RollingFile {
  readonly #file: string;
  readonly #maxFiles: number;
  readonly #claim: FileClaim;
  #handle: FileHandle | undefined;
  #bytes = 0;

  constructor(file: string, maxFiles: number) {
    this.#file = file;
    this.#maxFiles = maxFiles;
    this.#claim = new FileClaim(file);
  }

  /** Bytes in the present file. */
  get bytes(): number {
    return this.#bytes;
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
  }

  /** Goes on with an existing file of this name, after its last line, or begins a new one. Rejects as `begin` does. */
  async goOn(): Promise<void> {
    await this.#claim.take();
    await isThere(this.#file);
    this.#handle = await open(this.#file, 'a+');
    this.#bytes = (await this.#handle.stat()).size;
    if (this.#bytes === 0) return;
    const last = await this.#handle.read(Buffer.alloc(1), 0, 1, this.#bytes - 1);
    // A line that was cut off, by a crash say, must not take the next one along.
    if (last.buffer[0] !== NEWLINE) await this.write('\n');
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
