import type { JSONRPCMessage } from '@modelcontextprotocol/client';
import { type Observable, ReplaySubject, merge } from 'rxjs';
import type { Notice } from '../../supply/connector.ts';
import {
  type GarbageLine,
  DEFAULT_MAX_GARBAGE_LINES_PER_SECOND,
  garbageNotices,
} from '../transport/garbage-notices.ts';
import type { ClientLimits, MessageLimits, ServerLimits } from '../transport/limits.ts';
import type { MessageKind } from '../transport/sent-requests.ts';
import { MessageRates } from '../transport/message-rates.ts';

/** Notices about oddities of one connection's peer, for the pool's log. */
export class LineNotices {
  /** Completes with the connection. */
  readonly noticed$: Observable<Notice>;
  // Replays the last, so that what was said before anybody listened is told in one.
  readonly #garbage$ = new ReplaySubject<GarbageLine>(1);
  readonly #rates: MessageRates;
  #garbageLines = 0;
  /**
   * Before the first request has succeeded, any number of lines is a greeting and no flood: connecting has a timeout of
   * its own.
   */
  #isGreeting = true;

  constructor(limits: MessageLimits & ServerLimits & ClientLimits) {
    this.#rates = new MessageRates(limits);
    const { maxGarbageLinesPerSecond = DEFAULT_MAX_GARBAGE_LINES_PER_SECOND } = limits;
    this.noticed$ = merge(garbageNotices(this.#garbage$, maxGarbageLinesPerSecond), this.#rates.noticed$);
  }

  /** Lines so far that were no message. */
  get garbageLines(): number {
    return this.#garbageLines;
  }

  /** Counts a line that is no message. */
  garbage(text: string): void {
    this.#garbageLines++;
    this.#garbage$.next({ text, total: this.#garbageLines, isGreeting: this.#isGreeting });
  }

  /** Counts a message; returns the error that ends the connection when it is one too many. */
  faultAfter(message: JSONRPCMessage, kind: MessageKind): Error | undefined {
    if (this.#isGreeting && kind === 'answer' && 'result' in message) this.#isGreeting = false;
    const isAskedFor = kind === 'answer' || kind === 'progress';
    return this.#rates.faultAfter(message, this.#isGreeting || isAskedFor);
  }

  stop(): void {
    this.#garbage$.complete();
    this.#rates.stop();
  }
}
