import type { JSONRPCMessage } from '@modelcontextprotocol/client';
import { AnswerLostError, describeResponse } from './answer-lost.ts';
import { type HttpHeaders, headerOf } from './dispatcher.ts';
import { HttpTrip, type TripListener } from './http-trip.ts';
import { HttpUnreachableError } from './http-unreachable.ts';
import type { HttpSession, HttpWire } from './http-wire.ts';
import { type Refused, judged } from './judge.ts';
import type { ExchangeListener, OpenExchange, Outgoing } from './outgoing.ts';
import { type Body, type BodyListener, EventBody, JsonBody, drained, otherBody, typeOf } from './response.ts';
import { Resumption } from './resumption.ts';
import { sortMessage } from './sort-message.ts';
import { excerptOf } from '../transport/garbage-notices.ts';
import { DEFAULT_MAX_MESSAGE_BYTES } from '../transport/limits.ts';
import { depthFault } from '../transport/message-depth.ts';
import { StrayAnswerError } from '../transport/stray-answer-error.ts';

/** How long a stream may take to end after the last that is heard of it, in milliseconds; most servers end it at once. */
const END_MS = 100;

/** One message to the server, and whatever comes in return. */
export class HttpExchange implements TripListener, BodyListener, OpenExchange {
  readonly out: Outgoing;
  isAnswered = false;
  place = -1;
  readonly #wire: HttpWire;
  readonly #session: HttpSession;
  readonly #listener: ExchangeListener;
  readonly #trip: HttpTrip;
  #resumption: Resumption | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isStream = false;
  #isResuming = false;
  #isMuted = false;
  #isDone = false;
  #isOver = false;
  #status = 0;
  #type: string | undefined;
  /** What came in place of an answer, and why the last stream broke. */
  #garbage: string | undefined;
  #lastError: unknown;

  constructor(wire: HttpWire, session: HttpSession, listener: ExchangeListener, out: Outgoing) {
    this.out = out;
    this.#wire = wire;
    this.#session = session;
    this.#listener = listener;
    this.#trip = new HttpTrip(wire, this);
  }

  /** What the server has said of how its stream can be taken up again. */
  resumption(): Resumption {
    return (this.#resumption ??= new Resumption());
  }

  /** Sends it. Once only. */
  begin(): void {
    this.#send(this.out.verb);
  }

  /** Gives it up, at once: nothing of it goes on, and nothing is told any more. */
  abort(reason: Error = new Error('the request was given up')): void {
    this.#end(reason);
    this.#settle(reason);
  }

  /** From now on nobody hears what it brings, but its answer. */
  mute(): void {
    this.#isMuted = true;
  }

  /** The same, and it ends soon: not at once, which would cost the socket where the server is about to end it. */
  leave(): void {
    this.mute();
    if (!this.#isOver) this.#timer ??= setTimeout(this.abort.bind(this), END_MS);
  }

  responds(status: number, headers: HttpHeaders): Body {
    const { id, method, verb } = this.out;
    const sessionId = method === 'initialize' ? headerOf(headers, 'mcp-session-id') : undefined;
    if (sessionId !== undefined) this.#listener.began(sessionId);
    const type = typeOf(headers);
    this.#status = status;
    this.#type = headerOf(headers, 'content-type');
    this.#isStream = type === 'text/event-stream' && (verb === 'GET' || id !== undefined);
    const most = this.#wire.limits.maxMessageBytes ?? DEFAULT_MAX_MESSAGE_BYTES;
    if (this.#isStream) {
      this.out.opened?.();
      return new EventBody(this, most);
    }
    if ((id === undefined && verb !== 'GET') || status === 202 || status === 204) return drained(this);
    if (type === 'application/json' && !this.#isResuming && verb !== 'GET') return new JsonBody(this, most, headers);
    return otherBody((text) => {
      this.#garbage = text;
      this.ended();
    });
  }

  refused(refused: Refused, path: string): void {
    const verdict = judged(refused, {
      wire: this.#wire,
      path,
      out: this.out,
      hasSession: this.#session.id !== undefined,
    });
    if (this.#isResuming) this.#resume(verdict);
    else if (verdict instanceof Error) this.failed(verdict);
    else this.#answer(verdict);
    if (!this.#isResuming) this.#finish();
  }

  broken(error: Error, sent: boolean, hasBegun: boolean): void {
    if (this.#isStream && hasBegun) {
      this.#listener.error(new Error(`the stream broke: ${error.message}`, { cause: error }));
      this.#lastError = error;
      this.ended();
    } else if (this.#isResuming) this.#resume(error);
    else if (hasBegun && this.out.id !== undefined) this.#lose(`the response was cut off: ${error.message}`, error);
    else this.failed(new HttpUnreachableError(this.#wire.target, error, sent));
  }

  value(value: unknown, text: string): void {
    const fault = depthFault(text, value, this.#wire.limits.maxMessageDepth);
    if (fault) this.abort(fault);
    else for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) this.#take(one, text);
  }

  unreadable(text: string, error: SyntaxError): void {
    this.#garbage = text;
    this.#listener.error(error);
  }

  tooLong(error: RangeError): void {
    this.abort(error);
  }

  ended(): void {
    const isMissing = this.out.id !== undefined && !this.isAnswered;
    if (isMissing && this.#isStream) this.#resume(this.#lastError);
    else if (isMissing) this.#lose(this.#missing());
    else this.#finish();
  }

  #send(verb: Outgoing['verb']): void {
    const { text, headers = [], replaces = false, isModern = false } = this.out;
    const { id, version } = this.#session;
    const own: string[] = [];
    if (id !== undefined) own.push('mcp-session-id', id);
    if (version !== undefined && !isModern) own.push('mcp-protocol-version', version);
    const lastEventId = this.#resumption?.lastEventId ?? this.out.lastEventId;
    if (verb === 'GET' && lastEventId !== undefined) own.push('last-event-id', lastEventId);
    own.push(...headers);
    this.#trip.send({ verb, text: verb === 'POST' ? text : undefined, headers: own, replaces });
  }

  #take(value: unknown, text: string): void {
    if (this.#isOver) return;
    const sorted = sortMessage(value, this.out.id, this.out.verb === 'GET');
    switch (sorted.kind) {
      case 'message':
        if (!this.#isMuted) this.#listener.message(sorted.message);
        return;
      case 'answer':
      case 'stray':
        if (sorted.kind === 'answer' && !this.isAnswered) this.#answer(sorted.message);
        else this.#listener.error(new StrayAnswerError(sorted.message));
        return;
      case 'garbage':
        this.#garbage = text;
        this.#listener.error(new SyntaxError(`no message: ${excerptOf(text)}`));
    }
  }

  #answer(answer: JSONRPCMessage): void {
    this.isAnswered = true;
    this.#wire.params.learn(this.out.method, answer);
    this.#listener.message(answer);
    if (!this.#isStream || this.#isOver) return;
    this.#settle();
    this.#listener.lingers(this);
  }

  /** Asks for the rest of the stream, soon, where the server is able to tell it. */
  #resume(cause: unknown): void {
    const ms = this.#resumption?.next();
    if (ms === undefined) this.#lose('the response ended without it', cause);
    else this.#timer = setTimeout(this.#askForRest.bind(this), ms);
  }

  #askForRest(): void {
    this.#timer = undefined;
    this.#isStream = false;
    this.#isResuming = true;
    this.#send('GET');
  }

  #missing(): string {
    if (this.#garbage === undefined) return 'the server has taken the request and says nothing';
    return describeResponse(this.#status, this.#type, this.#wire.redactor.text(this.#garbage));
  }

  #lose(why: string, cause?: unknown): void {
    if (!this.#isOver) this.out.streamEnded?.();
    const error = new AnswerLostError(this.#wire.target, why, cause);
    this.#end(error);
    this.#settle(error);
  }

  failed(error: Error): void {
    if (!(error instanceof AnswerLostError)) this.#listener.error(error);
    this.#finish(error);
  }

  #finish(error?: Error): void {
    if (this.#isStream && !this.#isOver) this.out.streamEnded?.();
    this.#end();
    this.#settle(error);
  }

  #settle(error?: Error): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.out.done(error);
  }

  /** `reason`: why it is given up, where its response has not ended. */
  #end(reason?: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#trip.end(reason);
    this.#listener.over(this);
  }
}
