import type { ExchangeListener, HttpExchange } from './http-exchange.ts';

/** How long a stream may take to end after the last that is heard of it, in milliseconds; most servers end it at once. */
const END_MS = 100;

/** Who hears what an exchange brings, for as long as there is somebody whom it concerns. */
export class HttpTalk implements Pick<ExchangeListener, 'message'> {
  readonly #message: ExchangeListener['message'];
  #isAnswered = false;
  #isOver = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(message: ExchangeListener['message']) {
    this.#message = message;
  }

  get isAnswered(): boolean {
    return this.#isAnswered;
  }

  readonly message: ExchangeListener['message'] = (message, extra) => {
    const isAnswer = !('method' in message);
    if (this.#isOver && !isAnswer) return;
    this.#isAnswered ||= isAnswer;
    this.#message(message, extra);
  };

  /** From now on nobody hears what it says. */
  mute(): void {
    this.#isOver = true;
  }

  /** The same, and it ends soon: not at once, which would cost the socket where the server is about to end it. */
  leave(exchange: HttpExchange): void {
    this.mute();
    this.#timer ??= setTimeout(() => {
      exchange.abort();
    }, END_MS);
  }

  /** It has ended. */
  end(): void {
    clearTimeout(this.#timer);
  }
}
