import type { Readable } from 'node:stream';

const KEPT_BYTES = 4096;
const nothing = Buffer.alloc(0);

/** The last 4 KiB that a server wrote to its stderr: they usually say why it died. */
export class StderrTail {
  #bytes = nothing;

  /** Reads the stream to its end, so that its writer is never blocked. */
  constructor(stderr: Readable | null) {
    stderr?.on('data', (chunk: Buffer) => {
      // Copied, because a slice would keep its whole chunk.
      this.#bytes = Buffer.from(Buffer.concat([this.#bytes, chunk]).subarray(-KEPT_BYTES));
    });
    stderr?.on('error', () => undefined);
  }

  get text(): string {
    return this.#bytes.toString('utf8');
  }

  /**
   * The text without a first line that is cut off, unless there is no other: in part of a line a secret might not be
   * recognised.
   */
  get lines(): string {
    const whole = this.text.slice(this.text.indexOf('\n') + 1);
    return this.#bytes.length < KEPT_BYTES || whole.trim() === '' ? this.text : whole;
  }
}
