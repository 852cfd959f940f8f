import type { IncomingMessage } from 'node:http';
import { type Refusal, refusal } from './refusal.ts';

/** Bytes that the body of a request may have. */
export const MOST_BYTES: number = 4 * 1024 * 1024;

/** Who is told what came of reading a body: once, of one or the other; of neither when the client is gone. */
export interface BodyListener {
  read(text: string): void;
  refused(refusal: Refusal): void;
}

/** Reads the body of a request as text. How long that may take is the server's to say. */
export function readBody(request: IncomingMessage, listener: BodyListener, mostBytes: number = MOST_BYTES): void {
  if (Number(request.headers['content-length']) > mostBytes) {
    request.resume();
    listener.refused(tooLarge(mostBytes));
    return;
  }
  new Body(request, listener, mostBytes).begin();
}

class Body {
  readonly #request: IncomingMessage;
  readonly #listener: BodyListener;
  readonly #mostBytes: number;
  #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(request: IncomingMessage, listener: BodyListener, mostBytes: number) {
    this.#request = request;
    this.#listener = listener;
    this.#mostBytes = mostBytes;
  }

  begin(): void {
    this.#request
      .on('data', this.#took)
      .once('end', this.#ended)
      .on('error', () => undefined);
  }

  readonly #took = (chunk: Buffer): void => {
    this.#bytes += chunk.length;
    if (this.#bytes <= this.#mostBytes) {
      this.#chunks.push(chunk);
      return;
    }
    this.#request.off('data', this.#took).off('end', this.#ended);
    this.#chunks = [];
    // The rest is read and dropped: a connection that is cut off now could lose the refusal as well.
    this.#request.resume();
    this.#listener.refused(tooLarge(this.#mostBytes));
  };

  readonly #ended = (): void => {
    const [first] = this.#chunks;
    const whole = this.#chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.#chunks);
    this.#listener.read(whole.toString());
  };
}

function tooLarge(mostBytes: number): Refusal {
  return { ...refusal(413, `the body is larger than ${mostBytes} bytes`), reason: 'size' };
}
