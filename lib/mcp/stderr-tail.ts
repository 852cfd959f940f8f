import type { Readable } from 'node:stream';

const keptBytes = 4096;
const quotedLength = 200;
const nothing = Buffer.alloc(0);

/** The last 4 KiB of what a server wrote to its stderr: it says why it died, and is not kept for ever. */
export class StderrTail {
  #bytes = nothing;

  /** Reads the stream to its end, so that its writer is never blocked. */
  constructor(stderr: Readable | null) {
    stderr?.on('data', (chunk: Buffer) => {
      // Copied, because a slice would keep its whole chunk.
      this.#bytes = Buffer.from(Buffer.concat([this.#bytes, chunk]).subarray(-keptBytes));
    });
    stderr?.on('error', () => undefined);
  }

  get text(): string {
    return this.#bytes.toString('utf8');
  }

  /** The last line that names an error, else the last one: Node ends its stack traces with its own version. */
  get lastLine(): string | undefined {
    const lines = this.text.split('\n').filter((line) => line.trim() !== '');
    const line = lines.findLast((text) => /^\S*error\b/i.test(text)) ?? lines.at(-1);
    return line?.trim().slice(0, quotedLength);
  }
}
