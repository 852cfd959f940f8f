import type { JSONRPCMessage } from '@modelcontextprotocol/client';
import { type Observable, ReplaySubject, merge } from 'rxjs';
import type { Notice } from '../../supply/connector.ts';
import {
  type GarbageLine,
  DEFAULT_MAX_GARBAGE_LINES_PER_SECOND,
  garbageNotices,
} from '../transport/garbage-notices.ts';
import type { MessageLimits, ServerLimits } from '../transport/limits.ts';
import { MessageRates } from '../transport/message-rates.ts';
import { StrayAnswerError } from '../transport/stray-answer-error.ts';

/** What is odd about the server of one connection, and worth a word in the pool's log. */
export class HttpNotices {
  /** Completes with the connection. */
  readonly noticed$: Observable<Notice>;
  readonly #garbage$ = new ReplaySubject<GarbageLine>(1);
  readonly #told$ = new ReplaySubject<Notice>(1);
  readonly #rates: MessageRates;
  #garbageLines = 0;

  constructor(limits: MessageLimits & ServerLimits) {
    this.#rates = new MessageRates(limits);
    const { maxGarbageLinesPerSecond = DEFAULT_MAX_GARBAGE_LINES_PER_SECOND } = limits;
    const garbage$ = garbageNotices(this.#garbage$, maxGarbageLinesPerSecond);
    this.noticed$ = merge(garbage$, this.#rates.noticed$, this.#told$);
  }

  /** Things so far that were no message. */
  get garbageLines(): number {
    return this.#garbageLines;
  }

  note(note: string): void {
    this.#told$.next({ note });
  }

  /** Counts a message, an answer to something that was asked or not. */
  message(message: JSONRPCMessage, isAnswer: boolean): void {
    this.#rates.faultAfter(message, isAnswer);
  }

  /** What the SDK could not read counts as a line that is no message. */
  error(error: Error): void {
    if (error instanceof StrayAnswerError) this.#rates.unasked('an answer to nothing');
    if (!(error instanceof SyntaxError) && error.name !== 'ZodError') return;
    this.#garbageLines++;
    this.#garbage$.next({ text: error.message, total: this.#garbageLines });
  }

  stop(): void {
    this.#garbage$.complete();
    this.#rates.stop();
    this.#told$.complete();
  }
}
