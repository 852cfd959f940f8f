import type { AsyncResource } from 'node:async_hooks';
import { builtInModule } from './built-in-module.ts';

/** An asynchronous context that was kept, to run something in it later. */
export type AsyncContext = Pick<AsyncResource, 'runInAsyncScope'>;

/** Stands in where there are no asynchronous contexts: runs everything as it is. */
class NoContext implements AsyncContext {
  runInAsyncScope<This, Args extends unknown[], Result>(
    run: (this: This, ...args: Args) => Result,
    self?: This,
    ...args: Args
  ): Result {
    return run.apply(self as This, args);
  }
}

const Context: new (type: string, options: object) => AsyncContext =
  builtInModule('node:async_hooks')?.AsyncResource ?? NoContext;

const options = { requireManualDestroy: true };

/**
 * The present asynchronous context; `runInAsyncScope` returns to it later. A waiter's code must run in the
 * `AsyncLocalStorage` context (a request's trace, say) of its own checkout, not in that of the caller whose checkin
 * frees the connection.
 *
 * @internal
 */
export function currentContext(): AsyncContext {
  return new Context('rx-mcp-pool', options);
}

/** A function that runs `run` in the present asynchronous context, whoever calls it. @internal */
export function inCurrentContext(run: () => void): () => void {
  const context = currentContext();
  return () => {
    context.runInAsyncScope(run);
  };
}
