import { AsyncResource } from 'node:async_hooks';

const options = { requireManualDestroy: true };

/**
 * The present asynchronous context; `runInAsyncScope` returns to it later. A waiter's code must run in the
 * `AsyncLocalStorage` context (a request's trace, say) of its own checkout, not in that of the caller whose checkin
 * frees the connection.
 *
 * @internal
 */
export function currentContext(): AsyncResource {
  return new AsyncResource('rx-mcp-pool', options);
}
