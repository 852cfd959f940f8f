import { type Socket, connect } from 'node:net';

/** What one connection has asked, and is not answered yet. */
type Answered = (response: string) => void;

const LENGTH = /\r\ncontent-length: *(\d+)/i;
const END_OF_HEAD = '\r\n\r\n';
/** How a body in chunks ends. */
const LAST_CHUNK = '0\r\n\r\n';

/**
 * The least that a client of HTTP can do on one keep-alive connection: one request at a time in one write, and the response
 * as text of one byte a character. Throws where the server hangs up in between.
 */
export class RawConnection {
  readonly #socket: Socket;
  #text = '';
  #answered: Answered | undefined;

  constructor(port: number) {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.setEncoding('latin1');
    this.#socket.on('data', this.#took).on('close', this.#closed);
  }

  /** Sends a request; the whole response is told once. */
  ask(request: string, answered: Answered): void {
    this.#answered = answered;
    this.#socket.write(request, 'latin1');
  }

  /** The same as a promise. */
  asked(request: string): Promise<string> {
    return new Promise((resolve) => {
      this.ask(request, resolve);
    });
  }

  /** Hangs up at once. */
  destroy(): void {
    this.#socket.off('close', this.#closed).on('error', () => undefined);
    this.#socket.destroy();
  }

  readonly #took = (chunk: string): void => {
    this.#text = this.#text === '' ? chunk : this.#text + chunk;
    if (!isWhole(this.#text)) return;
    const response = this.#text;
    const answered = this.#answered;
    this.#text = '';
    this.#answered = undefined;
    answered?.(response);
  };

  readonly #closed = (): void => {
    throw new Error('the server has closed a connection that is in use');
  };
}

function isWhole(text: string): boolean {
  const head = text.indexOf(END_OF_HEAD);
  if (head === -1) return false;
  const body = text.length - head - END_OF_HEAD.length;
  const length = LENGTH.exec(text);
  if (length !== null && length.index < head) return body >= Number(length[1]);
  return body > 0 && text.endsWith(LAST_CHUNK);
}
