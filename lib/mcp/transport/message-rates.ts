import type { JSONRPCMessage } from '@modelcontextprotocol/client';
import { type Observable, ReplaySubject } from 'rxjs';
import type { Notice } from '../../supply/connector.ts';
import type { ClientLimits, ServerLimits } from './limits.ts';
import { RateMeter } from './rate-meter.ts';

/** The default of `maxServerMessagesPerSecond`. */
const DEFAULT_MAX_SERVER_MESSAGES_PER_SECOND = 1000;

/** Counts the messages of one connection's peer, and says when there are too many. */
export class MessageRates {
  /** Emits once when the connection is to be retired, to whoever comes later too; completes with the connection. */
  readonly noticed$: Observable<Notice>;
  readonly #told$ = new ReplaySubject<Notice>(1);
  readonly #mostUnasked: number;
  readonly #most: number;
  readonly #unasked: RateMeter;
  readonly #all: RateMeter;
  #hasTold = false;

  constructor(limits: ServerLimits & ClientLimits) {
    const { maxServerMessagesPerSecond = DEFAULT_MAX_SERVER_MESSAGES_PER_SECOND, maxMessagesPerSecond = Infinity } =
      limits;
    this.noticed$ = this.#told$.asObservable();
    this.#mostUnasked = maxServerMessagesPerSecond;
    this.#most = maxMessagesPerSecond;
    this.#unasked = new RateMeter(maxServerMessagesPerSecond);
    this.#all = new RateMeter(maxMessagesPerSecond);
  }

  /**
   * Counts a message that came. `isAnswer`: to something that was asked. Returns the error that ends the connection
   * when this message is one too many.
   */
  faultAfter(message: JSONRPCMessage, isAnswer: boolean): Error | undefined {
    if (this.#all.isTooMany()) {
      return new RangeError(`more than ${this.#most} messages within a second (maxMessagesPerSecond)`);
    }
    // What was asked for cannot be more than the requests.
    if (!isAnswer)
      this.unasked('method' in message ? JSON.stringify(message.method.slice(0, 80)) : 'an answer to nothing');
    return undefined;
  }

  /** Counts a message that nobody has asked for; `sample` describes it in the notice. */
  unasked(sample: string): void {
    if (this.#hasTold || !this.#unasked.isTooMany()) return;
    this.#hasTold = true;
    const note = `more than ${this.#mostUnasked} messages of the server within a second, such as ${sample}`;
    this.#told$.next({ note, retire: true });
  }

  stop(): void {
    this.#told$.complete();
  }
}
