import type { RequestOptions } from '@modelcontextprotocol/client';
import { isSignal } from '../../checkout/checkout-options.ts';
import type { LeaseTerm } from './lease-term.ts';

/** Any method of the SDK's client, with whatever arguments it takes. */
export type Method = (...args: unknown[]) => unknown;

/**
 * Calls a method that takes a signal in its options, the argument at index `at`. The end of the term aborts it as well.
 */
export function signalled(
  term: LeaseTerm,
  method: Method,
  self: unknown,
  args: unknown[],
  at: number,
): Promise<unknown> {
  const options = Object(args[at]) as RequestOptions;
  const signal = isSignal(options.signal) ? options.signal : undefined;
  const begin = (aborted: AbortSignal): Promise<unknown> => {
    const all = [...args];
    while (all.length <= at) all.push(undefined);
    all[at] = { ...options, signal: aborted };
    return Reflect.apply(method, self, all) as Promise<unknown>;
  };
  return term.call({ signal, begin, over: closedOf });
}

/** Calls a method that takes no signal. */
export function unsignalled(term: LeaseTerm, method: Method, self: unknown, args: unknown[]): Promise<unknown> {
  return term.call({ begin: () => Reflect.apply(method, self, args) as Promise<unknown> });
}

/** The index of the options among the arguments of `request`: a schema of the result may stand in front of them. */
export function optionsOfRequest(args: readonly unknown[]): number {
  return typeof args[1] === 'object' && args[1] !== null && '~standard' in args[1] ? 2 : 1;
}

/**
 * A promise that settles when a subscription (`listen`) ends, which goes on after its call is done; `undefined` for
 * other results.
 */
function closedOf(result: unknown): Promise<unknown> | undefined {
  const { closed } = Object(result) as { closed?: unknown };
  return closed instanceof Promise ? closed : undefined;
}
