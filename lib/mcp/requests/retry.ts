import { EMPTY, type ObservableInput } from 'rxjs';
import type { FailedAttempt, Followed, RetryPolicy, RequestStatus } from '../../requests/retry.ts';
import { checkObject, duration } from '../../base/durations.ts';
import { report } from '../../base/report.ts';
import type { McpConnection } from '../connection/connection.ts';
import type { KnownServers } from '../connection/known-servers.ts';
import { outcomeUnknownError, poisonError } from '../failures/mcp-error.ts';
import { PoisonList, MOST_DEATHS } from './poison-list.ts';
import { RetryBudget } from './retry-budget.ts';
import { type Refusals, requestFailureOf, wasAlone } from '../failures/request-failure.ts';
import { toolOf, type McpRequest } from '../transport/mcp-request.ts';
import type { ConnectionTransport } from '../transport/transport.ts';
import { ToolHints, type TrustTool } from './tool-hints.ts';
import type { ToolList } from './tool-list.ts';

/** How requests to one MCP server are retried. */
export interface McpRetryOptions {
  /**
   * Which tools do no harm when they are called twice. `true`: those that the server calls read-only or idempotent, which
   * is to trust it; a function: those that it says; none when left out.
   */
  readonly trustToolHints?: boolean | TrustTool;
  /** How long a request that killed two connections is refused, 60 000 ms; 0 or `Infinity`: not at all. */
  readonly poisonForMs?: number;
}

const MOST_ATTEMPTS = 3;
/** The delay after a refusal that names none, in milliseconds; doubled each time, with full jitter. */
const REFUSED_BACKOFF_MS = 100;
/** When a server asks for a longer rest than this, in milliseconds, the request is not retried. */
const LONGEST_REST_MS = 30_000;
const reads = /^(server\/discover|initialize|ping|(.+\/)?list|resources\/read|prompts\/get|completion\/complete)$/;
/** What retries have to know of the pool. */
interface RetryHost {
  readonly refusals: Refusals;
  readonly servers: KnownServers;
  /** Whether a connection is as good as any other: what belongs to one must not be done again on another. */
  readonly mayRetry: boolean;
  /** Whether another endpoint may serve while one rests. */
  readonly hasEndpoints: boolean;
  /** Between 0 and 1. */
  readonly random: () => number;
}

/** Fills in the defaults; throws a `TypeError` or `RangeError` for options that make no sense. */
export function resolveRetry(options: McpRetryOptions): Required<McpRetryOptions> {
  checkObject('retry', options);
  const { trustToolHints = false, poisonForMs = 60_000, ...unknown } = options;
  const [name] = Object.keys(unknown);
  if (name !== undefined) throw new TypeError(`retry knows trustToolHints and poisonForMs, not ${name}`);
  if (typeof trustToolHints !== 'boolean' && typeof trustToolHints !== 'function') {
    throw new TypeError('trustToolHints must be a boolean or a function');
  }
  return { trustToolHints, poisonForMs: duration('poisonForMs', poisonForMs) };
}

/**
 * Asks again, at most twice, what was provably not sent, what the server refused before processing it, and what does no
 * harm when it is done twice: lists, reads, `ping` and tools that are trusted. Of anything else that may have been sent
 * the outcome is unknown (`MCP_OUTCOME_UNKNOWN`); an answer, an error of the server's too, is an outcome.
 */
export class McpRetry implements RetryPolicy<McpRequest> {
  readonly budget: RetryBudget = new RetryBudget();
  readonly poison: PoisonList;
  readonly host: RetryHost;
  readonly hints: ToolHints;

  /** Throws a `TypeError` or `RangeError` for options that make no sense. */
  constructor(options: McpRetryOptions, host: RetryHost) {
    const { trustToolHints, poisonForMs } = resolveRetry(options);
    this.poison = new PoisonList(poisonForMs);
    this.hints = new ToolHints(trustToolHints, host.servers);
    this.host = host;
  }

  follow(request: McpRequest): Followed<McpRequest> {
    this.poison.admit(request);
    this.budget.deposit();
    return new FollowedRequest(this, request);
  }

  /** The `warm` of the connector: gets to know a new connection, then does what the user's `warm` does. */
  warm(
    warm?: (connection: McpConnection) => ObservableInput<unknown>,
  ): (connection: McpConnection) => ObservableInput<unknown> {
    return (connection) => {
      this.#meet(connection);
      return warm?.(connection) ?? EMPTY;
    };
  }

  /** Whether a request may be executed twice without harm. `tools`: what its server says of its tools. */
  isRetryable(request: McpRequest, tools: ToolList | undefined): boolean {
    const tool = toolOf(request);
    return tool === undefined ? isRead(request) : this.hints.isRetryable(tool, tools);
  }

  #meet(connection: McpConnection): void {
    this.hints.learn(connection);
    const next = (): void => {
      if (hasDied(connection.transport)) this.poison.lost(connection.id);
    };
    connection.closed$.subscribe({ next, error: report });
  }
}

/** Whether it is a list, a read or a `ping`, which does no harm when it is executed twice. */
function isRead({ method }: McpRequest): boolean {
  return reads.test(method);
}

/** Whether a connection ended because its server did; never over HTTP, where no server belongs to a connection. */
function hasDied(transport: ConnectionTransport | undefined): boolean {
  return transport?.endedByPeer === true;
}

class FollowedRequest implements Followed<McpRequest> {
  readonly #policy: McpRetry;
  readonly #request: McpRequest;
  #transport: ConnectionTransport | undefined;
  #connection: number | undefined;
  #tools: ToolList | undefined;
  #begunAt = 0;
  #linesBefore: number | undefined;
  /** Connections that died while this request was alone on them. */
  #deaths = 0;

  constructor(policy: McpRetry, request: McpRequest) {
    this.#policy = policy;
    this.#request = request;
  }

  begun({ whole }: McpConnection): void {
    const { id, transport } = whole;
    // Again: the same request may have killed connections while this one waited.
    this.#policy.poison.admit(this.#request);
    this.#transport = transport;
    this.#connection = id;
    this.#linesBefore = transport.linesSent;
    this.#begunAt = performance.now();
    this.#tools = this.#policy.hints.listOf(id);
    this.#tools?.read();
  }

  ended(status: RequestStatus): void {
    if (status === 'answered') this.#policy.poison.answered(this.#request);
  }

  failed(error: unknown, { attempt, emitted }: FailedAttempt<unknown>): boolean | number {
    const { host } = this.#policy;
    const failure = requestFailureOf(error, host.refusals);
    if (failure === 'answered') this.ended(failure);
    if (failure === 'answered' || failure === 'other') return false;
    if (failure === 'lost' && !this.#hasSentNothing()) this.#lost(error);
    // The budget is asked last, so that only requests which are retried take from it.
    const delay = failure === 'refused' ? this.#restMs(error, attempt) : true;
    const mayRetry = host.mayRetry && emitted === 0 && attempt < MOST_ATTEMPTS && delay !== false;
    return mayRetry && this.#deaths < MOST_DEATHS && this.#policy.budget.withdraw() ? delay : false;
  }

  /** For a request that may have been executed: throws when it must not be sent again. */
  #lost(error: unknown): void {
    const { poison } = this.#policy;
    const proved = this.#died(error);
    if (!this.#policy.isRetryable(this.#request, this.#tools)) throw outcomeUnknownError(this.#request, error);
    if (proved >= MOST_DEATHS) throw poisonError(this.#request, proved, poison.forMs, error);
  }

  /** Notes that the connection died under this request; returns how many deaths are proved to be its doing. */
  #died(cause: unknown): number {
    const connection = this.#connection;
    if (connection === undefined || !wasAlone(cause) || !hasDied(this.#transport)) return 0;
    this.#deaths++;
    if (isRead(this.#request)) return 0;
    return this.#policy.poison.died(this.#request, { connection, begunAt: this.#begunAt, cause });
  }

  /** Whether the connection has written nothing since the attempt began, however it ended. */
  #hasSentNothing(): boolean {
    return this.#linesBefore !== undefined && this.#transport?.linesSent === this.#linesBefore;
  }

  #restMs(error: unknown, attempt: number): number | false {
    const { refusals, random, hasEndpoints } = this.#policy.host;
    if (!refusals.isWorthRetrying(error, attempt)) return false;
    // At once, on another endpoint; when all of them rest, the checkout waits.
    if (hasEndpoints) return 0;
    const restMs = refusals.restMsOf(error) ?? random() * REFUSED_BACKOFF_MS * 2 ** attempt;
    return restMs <= LONGEST_REST_MS && restMs;
  }
}
