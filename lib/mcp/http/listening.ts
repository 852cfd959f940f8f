import { InsufficientScopeError, SdkHttpError, UnauthorizedError } from '@modelcontextprotocol/client';
import { type Observable, Subject } from 'rxjs';
import { currentContext } from '../../base/async-context.ts';
import { HttpStatusError } from '../failures/http-status-error.ts';
import { SessionExpiredError } from '../failures/session-expired.ts';
import { HttpExchange } from './http-exchange.ts';
import type { HttpSession, HttpWire } from './http-wire.ts';
import type { ExchangeListener } from './outgoing.ts';
import { boundedPause } from './resumption.ts';

/** The first pause before a stream is asked for again, which doubles each time, and the longest, in milliseconds. */
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;
/** A stream that has lasted for so long was a good one: the next pause is the first again. */
const LASTING_MS = 10_000;
/** How soon after an attempt the next may be made because the server is known to be back, in milliseconds. */
const NUDGED_MS = 1000;
/** Refusals that may pass by themselves. */
const passing: readonly number[] = [408, 425, 429];

/**
 * The stream on which a server of the legacy era says what nobody asked for: open while there is a session and somebody
 * listens. It is opened again after a pause that grows, a random part of it, so that clients which were cut off together do
 * not come back together. A server that has no such stream is not asked again in the same session.
 */
export class Listening {
  readonly #wire: HttpWire;
  readonly #listener: ExchangeListener;
  /** Of the connection, in which the stream lives, whoever was the first to listen. */
  readonly #context = currentContext();
  readonly #missed$ = new Subject<void>();
  #listeners = 0;
  /** Resolves when the stream that was asked for is open, or will not be; `undefined` while none is being opened. */
  #opening: Promise<void> | undefined;
  #settle: () => void = () => undefined;
  #session: HttpSession | undefined;
  #exchange: HttpExchange | undefined;
  #timer: NodeJS.Timeout | undefined;
  #lastEventId: string | undefined;
  #retryMs: number | undefined;
  #pauses = 0;
  #askedAt = 0;
  /** Whether the server could not be reached when it was asked last. */
  #isAway = false;
  /** Whether something may have been said since somebody listens, and not heard. */
  #isGap = false;

  constructor(wire: HttpWire, listener: Pick<ExchangeListener, 'began' | 'message' | 'error'>) {
    const nothing = (): void => undefined;
    this.#wire = wire;
    this.#listener = { ...listener, lingers: nothing, over: nothing };
  }

  /** Emits when the stream is there again after it was not, so that something may have been missed; completes at the end. */
  get missed$(): Observable<void> {
    return this.#missed$;
  }

  /** What has to be waited for by whoever must not miss anything that is said from now on. */
  get opening(): Promise<void> | undefined {
    return this.#opening;
  }

  /** Somebody listens, until the returned function is called. */
  join(): () => void {
    let hasLeft = false;
    this.#listeners++;
    this.#open();
    return () => {
      if (hasLeft) return;
      hasLeft = true;
      if (--this.#listeners === 0) this.#close();
    };
  }

  /** A session has begun. What was missed in the one before it is not told: whoever listens hears of the new session. */
  began(session: HttpSession): void {
    this.#close();
    this.#session = session;
    this.#open();
  }

  /** The server has answered something: if it was away it is back, and need not be waited for. */
  answered(): void {
    if (!this.#isAway || this.#timer === undefined) return;
    this.#isAway = false;
    this.#wait(Math.max(this.#askedAt + NUDGED_MS - performance.now(), 0));
  }

  /** Nobody listens any more. */
  end(): void {
    this.#close();
    this.#session = undefined;
    this.#missed$.complete();
  }

  #close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#pauses = 0;
    this.#isGap = false;
    this.#isAway = false;
    this.#lastEventId = undefined;
    const exchange = this.#exchange;
    this.#exchange = undefined;
    exchange?.abort();
    this.#opened();
  }

  #opened(): void {
    this.#opening = undefined;
    this.#settle();
  }

  #open(): void {
    const session = this.#session;
    if (session === undefined || this.#listeners === 0 || this.#exchange || this.#timer) return;
    this.#askedAt = performance.now();
    let openedAt: number | undefined;
    this.#opening ??= new Promise((resolve) => (this.#settle = resolve));
    const opened = (): void => {
      openedAt = performance.now();
      this.#opened();
      if (this.#isGap) this.#missed$.next();
      this.#isGap = false;
    };
    this.#context.runInAsyncScope(() => {
      const done = (error?: Error): void => {
        if (exchange === this.#exchange) this.#ended(exchange, openedAt, error);
      };
      const out = { verb: 'GET', lastEventId: this.#lastEventId, opened, done } as const;
      const exchange = new HttpExchange(this.#wire, session, this.#listener, out);
      this.#exchange = exchange;
      exchange.begin();
    });
  }

  #ended(exchange: HttpExchange, openedAt: number | undefined, error: Error | undefined): void {
    this.#exchange = undefined;
    this.#opened();
    if (openedAt === undefined && !mayPass(error)) {
      this.#session = undefined;
      return;
    }
    this.#isGap = true;
    this.#isAway = openedAt === undefined && !(error instanceof HttpStatusError);
    this.#lastEventId = exchange.resumption().lastEventId ?? this.#lastEventId;
    this.#retryMs = exchange.resumption().retryMs ?? this.#retryMs;
    if (openedAt !== undefined && performance.now() - openedAt >= LASTING_MS) this.#pauses = 0;
    const mostMs = Math.min(FIRST_PAUSE_MS * 2 ** this.#pauses++, LONGEST_PAUSE_MS);
    this.#wait(Math.max(Math.random() * mostMs, this.#retryMs === undefined ? 0 : boundedPause(this.#retryMs)));
  }

  #wait(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#open();
    }, ms).unref();
  }
}

/** Whether asking once more may bring what this failure did not; no failure at all is a response that is no stream. */
function mayPass(error: Error | undefined): boolean {
  if (error === undefined || error instanceof SessionExpiredError) return false;
  if (error instanceof UnauthorizedError || error instanceof InsufficientScopeError) return false;
  if (!(error instanceof HttpStatusError)) return !(error instanceof SdkHttpError);
  return error.status >= 500 ? error.status !== 501 : passing.includes(error.status);
}
