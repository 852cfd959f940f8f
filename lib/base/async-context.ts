import { AsyncResource } from 'node:async_hooks';

const options = { requireManualDestroy: true };

/**
 * The asynchronous context of right now, to be gone back to with `runInAsyncScope`: what stands in an `AsyncLocalStorage`
 * there, the trace of a request say, must not be that of whoever happens to free a connection for it.
 *
 * @internal
 */
export function currentContext(): AsyncResource {
  return new AsyncResource('rx-mcp-pool', options);
}
