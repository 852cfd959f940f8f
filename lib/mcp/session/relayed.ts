import {
  ProtocolError,
  ProtocolErrorCode,
  type JSONRPCNotification,
  type RequestId,
  type Result,
} from '@modelcontextprotocol/client';
import { type Observable, Subscription, type Unsubscribable } from 'rxjs';
import type { McpConnection } from '../connection/connection.ts';
import { type RelayListener, type RelayedAnswer, isOfServer } from '../connection/relay.ts';
import { RequestObservable } from '../connection/request-work.ts';
import { whileAnswering } from '../connection/while-answering.ts';
import { withoutType } from '../exchange/answer.ts';
import type { ResultListener } from '../exchange/exchange.ts';
import { isTimeout } from '../failures/request-failure.ts';
import { type McpRequest, toolOf } from '../transport/mcp-request.ts';
import { isOtherLevel, noteLevel } from '../connection/log-levels.ts';
import type { Question, Questions, Tell } from './questions.ts';
import { Rounds, isInputRequired } from './rounds.ts';
import { answeredError } from './wire-error.ts';

/** Whose request it is: what has to be known of a client, and the way to it. */
export interface RelayCaller {
  /**
   * What it makes of a result on this connection, where it is of the modern era and takes the answers of that era. One of the
   * legacy era is asked what they ask.
   */
  readonly understand?: (result: unknown, connection: McpConnection) => unknown;
  /** From which level on it wants to hear the log; `undefined`: as the server likes. */
  readonly level: string | undefined;
  /** Whether it hears, or is asked, anything besides the answer and the progress of its requests. */
  readonly isInvolved: boolean;
  readonly tell: Tell;
  readonly questions: Pick<Questions, 'ask'>;
  /** Whether it may be asked this. */
  answers(method: string): boolean;
  /** The same request as one of the modern era. `isShared`: nobody can tell whose the log of the connection is. */
  inModernEra(request: McpRequest, isShared: boolean): McpRequest;
  /** The same request as one of the legacy era. */
  inLegacyEra(request: McpRequest): McpRequest;
}

/** A request of a client. */
export interface Call {
  readonly caller: RelayCaller;
  /** The client's own id of it. */
  readonly id: RequestId;
  readonly request: McpRequest;
  /** How long it may take if it is a call of a tool, in milliseconds; left out: as long as it likes. */
  readonly toolTimeoutMs?: number | undefined;
}

/** No time limit: whoever asks has one. */
const PATIENT = { timeout: Infinity };

/** Passes a request on, on this connection, and what comes of it back. */
export function relayed(call: Call, connection: McpConnection): Observable<unknown> {
  return new RequestObservable((listener) => {
    const begin = (told: ResultListener<unknown>): Unsubscribable => new Relayed(call, connection, told).begin();
    const { transport } = connection;
    if (transport.listen === undefined || !call.caller.isInvolved) return begin(listener);
    const answering = new Subscription(connection.listen());
    return whileAnswering({ answering, opening: transport.opening, listener, begin });
  });
}

class Relayed implements RelayListener, Unsubscribable {
  readonly #call: Call;
  readonly #connection: McpConnection;
  readonly #listener: ResultListener<unknown>;
  readonly #isModern: boolean;
  readonly #rounds: Rounds;
  /** Aborted when nobody wants the answers to what was asked between two rounds; most requests have none. */
  #gone: AbortController | undefined;
  #isGone = false;
  #relay: Unsubscribable | undefined;

  constructor(call: Call, connection: McpConnection, listener: ResultListener<unknown>) {
    this.#call = call;
    this.#connection = connection;
    this.#listener = listener;
    this.#isModern = connection.client.getProtocolEra() === 'modern';
    this.#rounds = new Rounds(call.request, (question) => this.#askInRound(question));
  }

  begin(): this {
    const { caller, request } = this.#call;
    const { level } = caller;
    const isLevelKept = this.#isModern || this.#connection.isShared || level === undefined;
    if (isLevelKept || !isOtherLevel(this.#connection, level)) this.#send(request);
    else this.#sendWithLevel(request, level);
    return this;
  }

  unsubscribe(): void {
    this.#isGone = true;
    this.#gone?.abort();
    this.#relay?.unsubscribe();
  }

  answered(answer: RelayedAnswer): void {
    const { method, params } = this.#call.request;
    if ('error' in answer) {
      this.#listener.error(answeredError(answer.error, method));
      return;
    }
    const { result } = answer;
    const isObject = typeof result === 'object' && result !== null;
    const { understand } = this.#call.caller;
    const isTranslated = this.#isModern && isObject && understand === undefined;
    if (isTranslated && isInputRequired(result)) {
      this.#rounds.next(result).then(this.#send.bind(this), this.failed.bind(this));
      return;
    }
    if (method === 'logging/setLevel') noteLevel(this.#connection, String(params?.['level']));
    const told = isTranslated ? withoutType(result as Result) : result;
    this.#listener.next(understand === undefined ? told : understand(told, this.#connection));
    this.#listener.complete?.();
  }

  failed(error: unknown): void {
    if (this.#isGone) return;
    const limit = this.#limit;
    this.#listener.error(limit !== undefined && isTimeout(error) ? tookTooLong(this.#call.request, limit) : error);
  }

  get #limit(): number | undefined {
    const { request, toolTimeoutMs } = this.#call;
    return request.method === 'tools/call' ? toolTimeoutMs : undefined;
  }

  told({ method, params }: Pick<JSONRPCNotification, 'method' | 'params'>): void {
    // The session listens to all connections for what the server tells of itself.
    if (isOfServer(method)) return;
    const { caller, id } = this.#call;
    caller.tell({ jsonrpc: '2.0', method, ...(params && { params }) }, id);
  }

  answers(method: string): boolean {
    return this.#call.caller.answers(method);
  }

  asked(question: Question, signal: AbortSignal): Promise<object> {
    const { caller, id } = this.#call;
    return caller.questions.ask(question, id, signal);
  }

  async #askInRound({ method, params }: Question): Promise<object> {
    this.#gone ??= new AbortController();
    if (this.answers(method)) return this.asked({ method, ...(params && { params }) }, this.#gone.signal);
    throw new ProtocolError(ProtocolErrorCode.MethodNotFound, `the server asks for ${method}, which nobody answers`);
  }

  #send(request: McpRequest): void {
    if (this.#isGone) return;
    const { caller } = this.#call;
    const { isShared } = this.#connection;
    const sent = this.#isModern ? caller.inModernEra(request, isShared) : caller.inLegacyEra(request);
    const timeout = this.#limit;
    this.#relay = this.#connection.relay(sent, this, timeout === undefined ? PATIENT : { timeout });
  }

  /** Tells the connection the level first. Over lines in the same write; requests of HTTP may overtake each other. */
  #sendWithLevel(request: McpRequest, level: string): void {
    const isOrdered = this.#connection.server.kind !== 'http';
    noteLevel(this.#connection, level);
    const goOn = (): void => {
      if (!isOrdered) this.#send(request);
    };
    const listener = { ...NOBODY, answered: goOn, failed: goOn };
    this.#relay = this.#connection.relay({ method: 'logging/setLevel', params: { level } }, listener, PATIENT);
    if (isOrdered) this.#send(request);
  }
}

/** The code by which clients know that a request has timed out. */
const TIMED_OUT = -32_001;

/** An answer, and no loss of one: it is not asked again. */
function tookTooLong(request: McpRequest, timeoutMs: number): ProtocolError {
  const tool = toolOf(request) ?? '';
  const message = `the tool ${tool} took longer than ${timeoutMs} ms, and was cancelled`;
  return new ProtocolError(TIMED_OUT, message, { tool, timeoutMs });
}

/** Who neither hears nor answers anything. */
const NOBODY: Omit<RelayListener, 'answered' | 'failed'> = {
  told: () => undefined,
  answers: () => false,
  asked: () => Promise.reject(new Error('nobody answers')),
};
