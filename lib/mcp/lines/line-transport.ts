import type { JSONRPCMessage } from '@modelcontextprotocol/client';
import type { Observable } from 'rxjs';
import type { Notice } from '../../supply/connector.ts';
import type { CarriedRequest } from '../transport/carried-request.ts';
import { notSent } from '../transport/sent-requests.ts';
import { TappedTransport } from '../transport/tapped-transport.ts';
import { LineFramer } from './framer.ts';
import { excerptOf } from '../transport/garbage-notices.ts';
import { LineNotices } from './line-notices.ts';
import { LineWriter } from './line-writer.ts';
import { depthFault } from '../transport/message-depth.ts';
import { isBatch, parseMessage } from './parse-message.ts';
import { StrayAnswerError } from '../transport/stray-answer-error.ts';
import { redactedMessage } from '../transport/redactor.ts';
import { toError } from '../../base/thrown.ts';
import type { Carrier, ConnectionTransport, Streams } from '../transport/transport.ts';
import type { FirstMessage } from './first-message.ts';
import type { ClientLimits, LineLimits, ServerLimits } from '../transport/limits.ts';

/** The limits of a transport that sends lines, for clients and for servers. */
interface LineTransportLimits extends LineLimits, ServerLimits, ClientLimits {
  /** Strikes secrets out of a line that is no message, before it is quoted. */
  readonly redact?: (text: string) => string;
  /** The rule for a client's first message. Absent on the client's side, since servers may print a greeting first. */
  readonly firstMessage?: FirstMessage;
}

/**
 * An SDK transport for newline-delimited JSON over any carrier: the framing of stdio, which the specification lets run
 * unchanged over TCP. `onclose` is called exactly once, however it ends; after that no message is delivered.
 */
export class LineTransport<C extends Carrier = Carrier> extends TappedTransport implements ConnectionTransport {
  endedByPeer = false;
  protected carrier: C | undefined;
  readonly #open: () => C;
  readonly #limits: LineTransportLimits;
  readonly #notices: LineNotices;
  readonly #framer: LineFramer;
  #phase: 'new' | 'opening' | 'open' | 'closed' = 'new';
  #writer: LineWriter | undefined;
  #failure: Error | undefined;

  /** Opens nothing: `open` is called by `start`, once. */
  constructor(open: () => C, limits: LineTransportLimits = {}) {
    super();
    this.#open = open;
    this.#limits = limits;
    this.#notices = new LineNotices(limits);
    const listener = { line: this.#line.bind(this), error: this.fail.bind(this) };
    this.#framer = new LineFramer(listener, limits.maxMessageBytes);
  }

  get failure(): Error | undefined {
    return this.#failure;
  }

  get closed(): boolean {
    return this.#phase === 'closed';
  }

  get garbageLines(): number {
    return this.#notices.garbageLines;
  }

  get noticed$(): Observable<Notice> {
    return this.#notices.noticed$;
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
    if (!this.#writer) return Promise.reject(this.#notOpen());
    if (this.isReplayed(message)) return Promise.resolve();
    this.requests.sent(message);
    return this.#write(this.#writer, message);
  }

  carry(request: CarriedRequest, text: string): void {
    const fault = this.#writer === undefined ? this.#notOpen() : this.#writer.put(text);
    if (fault !== undefined) request.fail(fault);
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
    // It was closed while it was opening, when there was no carrier yet that could be closed.
    if (this.closed) throw new Error('closed while it was opening');
    this.#phase = 'open';
    this.#writer = new LineWriter(writable, this.#limits.maxBufferedBytes);
    this.#limits.firstMessage?.await(this.fail.bind(this));
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
    const message = parseMessage(text);
    const fault = message && depthFault(text, message, this.#limits.maxMessageDepth);
    const mayBeBatch = this.#limits.firstMessage === undefined;
    if (message === undefined || (!mayBeBatch && isBatch(message))) this.#skip(text);
    else if (fault) this.fail(fault);
    else if (isBatch(message)) message.forEach(this.#understood, this);
    else this.#understood(message);
  }

  #understood(message: JSONRPCMessage): void {
    // The message before it in the same line may have ended the connection.
    if (!this.closed) this.#receive(this.requests.asAsked(message));
  }

  #skip(line: string): void {
    const text = this.#limits.redact?.(line) ?? line;
    if (this.#limits.firstMessage?.isAwaited === true) {
      this.fail(new Error(`the first line is no message: ${excerptOf(text)}`));
      return;
    }
    this.#notices.garbage(text);
    this.tellError(new Error(`skipped a line that is no message: ${excerptOf(text)}`));
  }

  #receive(message: JSONRPCMessage): void {
    this.#limits.firstMessage?.over();
    const kind = this.requests.received(message);
    if (kind === 'late') return;
    const fault = this.#notices.faultAfter(message, kind);
    if (fault) this.fail(fault);
    else if (kind !== 'stray') this.deliver(redactedMessage(message, this.#limits.redact));
    else if (!('method' in message)) this.tellError(new StrayAnswerError(message, this.#limits.redact));
  }

  #ended(failure: Error | undefined): void {
    if (this.closed) return;
    this.endedByPeer = true;
    this.#failure = failure;
    this.flush();
    try {
      if (failure) this.tellError(failure);
      // A line without its end is a failure too, unless a better one is known.
      this.#framer.end();
    } finally {
      this.#finish();
    }
  }

  /** Ends the connection because of something that the peer did. */
  protected fail(error: Error): void {
    this.#failure ??= error;
    try {
      this.tellError(error);
    } finally {
      void this.close();
    }
  }

  #notOpen(): Error {
    return notSent(new Error(`cannot send: the transport is ${this.#phase}`));
  }

  #finish(): void {
    if (this.closed) return;
    this.#phase = 'closed';
    this.#framer.stop();
    this.requests.giveUp();
    this.#limits.firstMessage?.over();
    this.#notices.stop();
    const why = this.#failure ? `: ${this.#failure.message}` : '';
    this.#writer?.stop(new Error(`cannot send: the connection is closed${why}`, { cause: this.#failure }));
    this.tellEnd();
  }
}
