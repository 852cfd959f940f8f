import { ProtocolError, ProtocolErrorCode, type RequestId } from '@modelcontextprotocol/client';
import { type ObservableInput, of, throwError } from 'rxjs';
import type { CheckoutOptions } from '../../checkout/checkout-options.ts';
import type { McpConnection } from '../connection/connection.ts';
import type { McpRequest } from '../transport/mcp-request.ts';
import { keyOf } from '../wanted-connection.ts';
import { discovered, discovery } from './discovery.ts';
import { errorInModernWords, inModernWords } from './modern-words.ts';
import { ModernCaller } from './modern-caller.ts';
import { CallQuestions, type InputResponses } from './call-questions.ts';
import type { ModernListener } from './modern-listener.ts';
import type { ParkedCall } from './parked-calls.ts';
import type { Tell } from './questions.ts';
import { relayed } from './relayed.ts';
import { isInputRequired } from './rounds.ts';
import type { ModernHost } from './modern-host.ts';
import { parkedState, readState, wrapState } from './round-state.ts';
import { ServedRequest } from './served-request.ts';
import { type WireError, wireError } from './wire-error.ts';

/** A request of a client of the modern era. */
export interface ModernAsked {
  readonly id: RequestId;
  readonly request: McpRequest;
  /** Who has asked: nobody else can go on with what becomes of it. */
  readonly principal: string;
  /** The options of its checkouts where it may be served by any connection. */
  readonly checkout?: CheckoutOptions | undefined;
  /** How long it may take if it is a call of a tool, in milliseconds; left out: as long as it likes. */
  readonly toolTimeoutMs?: number | undefined;
}

/** The code for what a client has not announced (SEP-2575). */
const MISSING_CAPABILITY = -32_021;

/** The methods that the modern era has no more. */
const gone: ReadonlySet<string> = new Set([
  ...['initialize', 'ping', 'logging/setLevel', 'resources/subscribe', 'resources/unsubscribe'],
]);

/**
 * One request of a client of the modern era, in which each request stands for itself: what may be asked and told meanwhile
 * stands in its envelope. The server may be of either era.
 */
export class ModernCall implements ParkedCall {
  readonly request: McpRequest;
  readonly principal: string;
  readonly #host: ModernHost;
  readonly #id: RequestId;
  readonly #caller: ModernCaller;
  readonly #questions: CallQuestions;
  readonly #checkout: CheckoutOptions | undefined;
  readonly #toolTimeoutMs: number | undefined;
  #listener: ModernListener;
  /** Of its progress; each round has one of its own. */
  #token: unknown;
  #served: ServedRequest | undefined;
  /** The connection that has to serve it. */
  #wanted: number | undefined;
  /** Whether the server is of the legacy era. */
  #isTranslated = false;
  #isParked = false;
  /** Tells the outcome that has come while nobody was there to hear it. */
  #unheard: (() => void) | undefined;

  constructor(host: ModernHost, asked: ModernAsked, listener: ModernListener) {
    const { id, request, principal, checkout, toolTimeoutMs } = asked;
    this.#toolTimeoutMs = toolTimeoutMs;
    this.#host = host;
    this.#id = id;
    this.request = request;
    this.principal = principal;
    this.#checkout = checkout;
    this.#listener = listener;
    this.#token = tokenOf(request.params);
    this.#questions = new CallQuestions(this.#park.bind(this));
    this.#caller = new ModernCaller(request, {
      tell: this.#tell,
      understand: this.#understand,
      questions: this.#questions,
    });
  }

  /** Serves the request. Once only. */
  begin(): void {
    const { method, params } = this.request;
    const state = params?.['requestState'];
    const round = state === undefined ? undefined : readState(state, this.#host.number, this.principal);
    if (gone.has(method)) this.#failed(new ProtocolError(ProtocolErrorCode.MethodNotFound, 'Method not found'));
    else if (state === undefined) this.#serve(this.request);
    else if (round === undefined) this.#failed(expired());
    else if ('parked' in round) this.#goOn(round.parked);
    else {
      this.#wanted = round.connection;
      this.#serve({ method, params: { ...params, requestState: round.state } });
    }
  }

  /** The client does not want it any more. */
  cancel(): void {
    this.#host.parked.leave(this);
    this.#served?.cancel();
    this.#questions.end();
  }

  /** The client has come back with this request, which has answers to what this call has asked. */
  resume({ params }: McpRequest, listener: ModernListener): void {
    this.#listener = listener;
    this.#token = tokenOf(params);
    this.#isParked = false;
    if (this.#unheard === undefined) this.#questions.answer(Object(params?.['inputResponses']) as InputResponses);
    else this.#unheard();
  }

  #serve(request: McpRequest): void {
    const { pool } = this.#host;
    const served = new ServedRequest(request, {
      policy: pool.watched(pool.retryPolicy),
      work: this.#work.bind(this),
      answered: this.#answered.bind(this),
      failed: this.#failed.bind(this),
    });
    this.#served = served;
    const wanted = this.#wanted === undefined ? this.#checkout : { key: keyOf(this.#wanted) };
    served.begin(pool.checkout(pool.checkoutOf?.(request, this.principal) ?? wanted));
  }

  /** The request is the next round of another one, which waits for it. */
  #goOn(token: string): void {
    const call = this.#host.parked.take(token, this);
    if (call === undefined) {
      this.#failed(expired());
      return;
    }
    this.cancel = call.cancel.bind(call);
    call.resume(this.request, this.#listener);
  }

  #work({ whole }: McpConnection, request: McpRequest): ObservableInput<unknown> {
    if (this.#wanted !== undefined && whole.id !== this.#wanted) return throwError((): Error => expired());
    const isModern = whole.client.getProtocolEra() === 'modern';
    this.#isTranslated = !isModern;
    if (request.method === 'server/discover' && !isModern) return of(discovery(whole));
    const call = { caller: this.#caller, id: this.#id, request, toolTimeoutMs: this.#toolTimeoutMs };
    return relayed(call, whole);
  }

  readonly #understand = (result: unknown, connection: McpConnection): unknown => {
    if (this.#isTranslated) return inModernWords(this.request, result);
    return this.request.method === 'server/discover' ? discovered(result) : this.#bound(connection, result);
  };

  /** The result with its state, if it has one, marked with the connection that has given it, and whose it is. */
  #bound({ id }: McpConnection, result: unknown): unknown {
    if (typeof result !== 'object' || result === null || !isInputRequired(result)) return result;
    const { requestState } = result;
    if (typeof requestState !== 'string') return result;
    return { ...result, requestState: wrapState(this.#host.number, id, requestState, this.principal) };
  }

  readonly #tell: Tell = (message) => {
    if (!('method' in message) || message.method !== 'notifications/progress') this.#listener.tell(message, this.#id);
    else if (this.#token !== undefined) {
      const params = { ...message.params, progressToken: this.#token };
      this.#listener.tell({ ...message, params }, this.#id);
    }
  };

  #park(): void {
    this.#host.parked.park(this, (token) => {
      this.#isParked = true;
      this.#listener.answered(this.#questions.inputRequired(parkedState(this.#host.number, token)));
    });
  }

  #answered(result: unknown): void {
    this.#host.parked.leave(this);
    if (this.#isParked) this.#unheard = this.#answered.bind(this, result);
    else if (this.#caller.missing !== undefined) this.#listener.failed(undeclared(this.#caller.missing));
    else this.#listener.answered(result);
  }

  #failed(error: unknown): void {
    this.#host.parked.leave(this);
    if (this.#isParked) this.#unheard = this.#failed.bind(this, error);
    else if (this.#caller.missing !== undefined) this.#listener.failed(undeclared(this.#caller.missing));
    else this.#listener.failed(this.#isTranslated ? errorInModernWords(wireError(error)) : wireError(error));
  }
}

function tokenOf(params: McpRequest['params']): unknown {
  return (Object(params?.['_meta']) as { readonly progressToken?: unknown }).progressToken;
}

function expired(): ProtocolError {
  const reason = { reason: 'invalid_request_state' };
  return new ProtocolError(ProtocolErrorCode.InvalidParams, 'Invalid or expired requestState', reason);
}

/** What a client has not announced, and a server cannot do without. */
function undeclared(capability: string): WireError {
  const message = `the server asks for ${capability}, which the client has not announced`;
  return { code: MISSING_CAPABILITY, message, data: { requiredCapabilities: { [capability]: {} } } };
}
