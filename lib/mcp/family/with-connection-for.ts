import type { Result } from '@modelcontextprotocol/client';
import { Observable, type OperatorFunction } from 'rxjs';
import { type Followed, type RetryPolicy, policyOf } from '../../requests/retry.ts';
import { type FlowSource, RequestFlow } from '../../requests/request-flow.ts';
import type { Project, WithConnectionOptions } from '../../requests/with-connection.ts';
import { optionNames } from '../../requests/with-connection.ts';
import { checkKnown } from '../../base/known-options.ts';
import { count } from '../../base/durations.ts';
import type { McpConnection } from '../connection/connection.ts';
import type { McpPoolFamily } from './mcp-pool-family.ts';
import type { McpRequest } from '../transport/mcp-request.ts';

/**
 * How `withConnectionFor` serves its requests; as for `withConnection`, but that there is no limit to the requests under
 * way when `concurrency` is left out: a principal whose server is slow would hold up the others. What waits is bounded by
 * the `maxWaiting` of each pool.
 */
export type WithConnectionForOptions<Request> = WithConnectionOptions<Request>;

/** Requests held back at most when `concurrency` limits those under way. */
const DEFAULT_BUFFER = 10_000;

/**
 * Serves each request with a connection of its principal, as `withConnection` does with one pool for all: `principalOf`
 * is asked for each, and the family's `key` gets the request as well. Without `project` the requests are those of MCP.
 *
 * Completes when the source has and all responses are out. Errors as the source or the first failing request does, be it
 * because `pools.for` throws; with `settle` a failing request is a value.
 */
export function withConnectionFor<Principal, Request, Response = Result>(
  pools: Pick<McpPoolFamily<Principal, NoInfer<Request>>, 'for'> & { readonly name?: string },
  principalOf: (request: Request) => Principal,
  project: Project<McpConnection, Request, Response> | undefined,
  options: WithConnectionForOptions<Request> & { readonly settle: true },
): OperatorFunction<Request, PromiseSettledResult<Response>>;
export function withConnectionFor<Principal, Request, Response = Result>(
  pools: Pick<McpPoolFamily<Principal, NoInfer<Request>>, 'for'> & { readonly name?: string },
  principalOf: (request: Request) => Principal,
  project?: Project<McpConnection, Request, Response>,
  options?: WithConnectionForOptions<Request> & { readonly settle?: false },
): OperatorFunction<Request, Response>;
export function withConnectionFor<Principal, Request, Response = Result>(
  pools: Pick<McpPoolFamily<Principal, NoInfer<Request>>, 'for'> & { readonly name?: string },
  principalOf: (request: Request) => Principal,
  project: Project<McpConnection, Request, Response> | undefined,
  options: WithConnectionForOptions<Request>,
): OperatorFunction<Request, Response | PromiseSettledResult<Response>>;
export function withConnectionFor<Principal, Request, Response>(
  pools: Pick<McpPoolFamily<Principal, NoInfer<Request>>, 'for'> & { readonly name?: string },
  principalOf: (request: Request) => Principal,
  project: Project<McpConnection, Request, Response | Result> = ownRequest,
  options: WithConnectionForOptions<Request> = {},
): OperatorFunction<Request, unknown> {
  const { concurrency = Infinity, buffer = DEFAULT_BUFFER, checkout } = options;
  check(principalOf, project, concurrency, buffer);
  checkKnown('withConnectionFor', options, optionNames);
  const source: FlowSource<McpConnection, Request> = {
    checkout: (how, request) => {
      const pool = pools.for(principalOf(request), request);
      return pool.checkout(how ?? pool.checkoutOf?.(request as McpRequest));
    },
    project,
  };
  const given = policyOf(options.retry) as RetryPolicy<McpRequest> | undefined;
  const isOwn = project === ownRequest && options.retry === undefined;
  // Each request by the policy of its own pool.
  const follow = (request: Request): Followed<Request> => {
    const pool = pools.for(principalOf(request), request);
    return pool.watched(isOwn ? pool.retryPolicy : given).follow(request as McpRequest) as Followed<Request>;
  };
  const { ordered = false, settle = false } = options;
  return (source$) =>
    new Observable((subscriber) => {
      const poolName = pools.name ?? 'pools';
      const how = { poolName, concurrency, buffer, ordered, settle, checkout, retry: { follow } };
      new RequestFlow(source, subscriber, how).run(source$);
    });
}

function check(principalOf: unknown, project: unknown, concurrency: number, buffer: number): void {
  if (typeof principalOf !== 'function') throw new TypeError('principalOf must be a function');
  if (typeof project !== 'function') throw new TypeError('project must be a function');
  if (concurrency !== Infinity) count('concurrency', concurrency, 1);
  if (buffer !== Infinity) count('buffer', buffer, 0);
}

function ownRequest(connection: McpConnection, request: unknown): Observable<Result> {
  return connection.request(request as McpRequest);
}
