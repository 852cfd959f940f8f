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
export function readBody(request: IncomingMessage, listener: BodyListener): void {
  if (Number(request.headers['content-length']) > MOST_BYTES) {
    request.resume();
    listener.refused(tooLarge());
    return;
  }
  new Body(request, listener).begin();
}

class Body {
  readonly #request: IncomingMessage;
  readonly #listener: BodyListener;
  #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(request: IncomingMessage, listener: BodyListener) {
    this.#request = request;
    this.#listener = listener;
  }

  begin(): void {
    this.#request
      .on('data', this.#took)
      .once('end', this.#ended)
      .on('error', () => undefined);
  }

  readonly #took = (chunk: Buffer): void => {
    this.#bytes += chunk.length;
    if (this.#bytes <= MOST_BYTES) {
      this.#chunks.push(chunk);
      return;
    }
    this.#request.off('data', this.#took).off('end', this.#ended);
    this.#chunks = [];
    // The rest is read and dropped: a connection that is cut off now could lose the refusal as well.
    this.#request.resume();
    this.#listener.refused(tooLarge());
  };

  readonly #ended = (): void => {
    const [first] = this.#chunks;
    const whole = this.#chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.#chunks);
    this.#listener.read(whole.toString());
  };
}

function tooLarge(): Refusal {
  return { ...refusal(413, `the body is larger than ${MOST_BYTES} bytes`), reason: 'size' };
}
