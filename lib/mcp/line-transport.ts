import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/client';
import { type Observable, ReplaySubject, merge } from 'rxjs';
import type { Notice } from '../supply/connector.ts';
import { SentRequests } from './sent-requests.ts';
import { LineFramer } from './framer.ts';
import { InOrder } from './in-order.ts';
import { type GarbageLine, defaultMaxGarbageLinesPerSecond, garbageNotices, sampleOf } from './garbage-notices.ts';
import type { ClientLimits, LineLimits, ServerLimits } from './limits.ts';
import { LineWriter } from './line-writer.ts';
import { defaultMaxMessageDepth, hasManyBrackets, isDeeperThan, tooDeep } from './message-depth.ts';
import { messageIn } from './message-in.ts';
import { MessageRates } from './message-rates.ts';
import { notSent } from './not-sent.ts';
import { struckOut } from './struck-out.ts';
import { toError } from './to-error.ts';
import type { Carrier, ConnectionTransport, Streams } from './transport.ts';

/** What a transport of lines bounds, at either end. */
export interface LineTransportLimits extends LineLimits, ServerLimits, ClientLimits {
  /** Strikes out what must not be quoted of a line that is no message. */
  readonly redact?: (text: string) => string;
}

/**
 * An SDK transport for newline-delimited JSON over any carrier: the framing of stdio, which the specification lets run
 * unchanged over TCP. `onclose` is called exactly once, however it ends; after that no message is delivered.
 */
export class LineTransport<C extends Carrier = Carrier> implements ConnectionTransport {
  onclose: (() => void) | undefined;
  onerror: ((error: Error) => void) | undefined;
  onmessage: Transport['onmessage'];
  endedByPeer = false;
  readonly noticed$: Observable<Notice>;
  readonly requests: SentRequests = new SentRequests();
  protected carrier: C | undefined;
  readonly #open: () => C;
  readonly #limits: LineTransportLimits;
  readonly #rates: MessageRates;
  readonly #maxMessageDepth: number;
  readonly #framer: LineFramer;
  readonly #inOrder = new InOrder(this.#deliver.bind(this));
  // Replays the last, so that what was said before anybody listened is told in one.
  readonly #garbage$ = new ReplaySubject<GarbageLine>(1);
  #phase: 'new' | 'opening' | 'open' | 'closed' = 'new';
  #writer: LineWriter | undefined;
  #failure: Error | undefined;
  #garbageLines = 0;

  /** Opens nothing: `open` is called by `start`, once. */
  constructor(open: () => C, limits: LineTransportLimits = {}) {
    this.#open = open;
    this.#limits = limits;
    this.#maxMessageDepth = limits.maxMessageDepth ?? defaultMaxMessageDepth;
    this.#rates = new MessageRates(limits);
    const listener = { line: this.#line.bind(this), error: this.#fail.bind(this) };
    this.#framer = new LineFramer(listener, limits.maxMessageBytes);
    const { maxGarbageLinesPerSecond = defaultMaxGarbageLinesPerSecond } = limits;
    this.noticed$ = merge(garbageNotices(this.#garbage$, maxGarbageLinesPerSecond), this.#rates.noticed$);
  }

  get failure(): Error | undefined {
    return this.#failure;
  }

  get closed(): boolean {
    return this.#phase === 'closed';
  }

  get garbageLines(): number {
    return this.#garbageLines;
  }

  get linesSent(): number {
    return this.#writer?.lines ?? 0;
  }

  /** Opens the carrier and reads from it; rejects with the cause when it cannot be opened or is closed meanwhile. */
  async start(): Promise<void> {
    if (this.#phase !== 'new') throw new Error(`a transport starts once: this one is ${this.#phase}`);
    this.#phase = 'opening';
    try {
      this.carrier = this.#open();
      this.#attach(this.carrier, await this.carrier.opened);
    } catch (error) {
      this.#failure = this.closed ? undefined : toError(error);
      this.#finish();
      throw error;
    }
  }

  /** Resolves when the message is handed over or, with a slow peer, when there is room again; rejects once closed. */
  send(message: JSONRPCMessage): Promise<void> {
    if (!this.#writer) return Promise.reject(notSent(new Error(`cannot send: the transport is ${this.#phase}`)));
    this.requests.sent(message);
    return this.#write(this.#writer, message);
  }

  /** Ends it in good order; resolves when nothing of it is left, socket or process. */
  async close(): Promise<void> {
    this.#finish();
    await this.carrier?.close();
  }

  kill(): void {
    this.#finish();
    this.carrier?.kill();
  }

  #attach(carrier: C, { readable, writable }: Streams): void {
    // Closed while it was opening: whoever closed could not reach what was not there yet.
    if (this.closed) throw new Error('closed while it was opening');
    this.#phase = 'open';
    this.#writer = new LineWriter(writable, this.#limits.maxBufferedBytes);
    readable.on('data', (chunk: Buffer) => {
      this.#framer.push(chunk);
    });
    void carrier.ended.then((failure) => {
      this.#ended(failure);
    });
  }

  // Async, so that what JSON refuses (a cycle, a bigint) rejects like any other failure.
  async #write(writer: LineWriter, message: JSONRPCMessage): Promise<void> {
    try {
      await writer.write(JSON.stringify(message));
    } catch (error) {
      this.requests.failed(message);
      throw error;
    }
  }

  #line(text: string): void {
    const message = messageIn(text);
    if (message === undefined) this.#skip(text);
    else if (this.#isTooDeep(text, message)) this.#fail(tooDeep(this.#maxMessageDepth));
    else if (!this.requests.isLateAnswer(message)) this.#count(message);
  }

  #isTooDeep(text: string, message: JSONRPCMessage): boolean {
    const most = this.#maxMessageDepth;
    return hasManyBrackets(text, most) && isDeeperThan(message, most);
  }

  #skip(line: string): void {
    const text = this.#limits.redact?.(line) ?? line;
    this.#garbage$.next({ text, total: ++this.#garbageLines });
    this.onerror?.(new Error(`skipped a line that is no message: ${sampleOf(text)}`));
  }

  #count(message: JSONRPCMessage): void {
    const fault = this.#rates.faultAfter(message);
    if (fault) this.#fail(fault);
    else this.#inOrder.push(message);
  }

  #deliver(message: JSONRPCMessage): void {
    try {
      this.onmessage?.(struckOut(message, this.#limits.redact));
    } catch (error) {
      // A handler that throws must not take the process down by way of the stream's event.
      this.onerror?.(toError(error));
    }
  }

  #ended(failure: Error | undefined): void {
    if (this.closed) return;
    this.endedByPeer = true;
    this.#failure = failure;
    this.#inOrder.flush();
    try {
      if (failure) this.onerror?.(failure);
      // Bytes without a newline are a failure too, unless a better one is known.
      this.#framer.end();
    } finally {
      this.#finish();
    }
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    try {
      this.onerror?.(error);
    } finally {
      void this.close();
    }
  }

  #finish(): void {
    if (this.closed) return;
    this.#phase = 'closed';
    this.#framer.stop();
    this.#inOrder.clear();
    this.requests.giveUp();
    this.#garbage$.complete();
    this.#rates.stop();
    const why = this.#failure ? `: ${this.#failure.message}` : '';
    this.#writer?.stop(new Error(`cannot send: the connection is closed${why}`, { cause: this.#failure }));
    this.onclose?.();
  }
}
