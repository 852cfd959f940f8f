import { randomUUID } from 'node:crypto';
import type { LogHeader } from './log-header.ts';
import { RollingFile } from './rolling-file.ts';

/** The files of one recording: the one being written, and older ones that were renamed when they were full. */
export class LogFiles {
  readonly #file: RollingFile;
  readonly #recording = randomUUID();
  #part = 0;

  constructor(file: string, maxFiles: number) {
    this.#file = new RollingFile(file, maxFiles);
  }

  /** Bytes written to the present file. */
  get bytes(): number {
    return this.#file.bytes;
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
    await this.#file.begin();
    this.#part++;
    const date = new Date().toISOString();
    const header: LogHeader = { type: 'log', format: 1, recording: this.#recording, part: this.#part, date };
    await this.write(`${JSON.stringify(header)}\n`);
  }

  write(text: string): Promise<void> {
    return this.#file.write(text);
  }

  /** Announces that the recording is about to end. */
  end(): void {
    this.#file.end();
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
