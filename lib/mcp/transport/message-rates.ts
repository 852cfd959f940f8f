import type { JSONRPCMessage } from '@modelcontextprotocol/client';
import { type Observable, ReplaySubject } from 'rxjs';
import type { Notice } from '../../supply/connector.ts';
import type { ClientLimits, ServerLimits } from './limits.ts';
import { RateMeter } from './rate-meter.ts';

/** Notifications, requests and unasked answers of a server within a second that are taken where nothing else is said. */
const DEFAULT_MAX_SERVER_MESSAGES_PER_SECOND = 1000;

/** How often the peer of one connection speaks, and what comes of it. */
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
   * Counts a message that came, an answer to something that was asked or not; the fault for which the connection must end,
   * if this one is beyond that limit.
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

  /** Counts something that nobody has asked for, in words. */
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
