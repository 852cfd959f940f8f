import type { RequestOptions } from '@modelcontextprotocol/client';
import { isSignal } from '../../checkout/checkout-options.ts';
import type { LeaseTerm } from './lease-term.ts';

/** A method of the SDK: each has arguments of its own. */
export type Method = (...args: unknown[]) => unknown;

/** A call of what takes a signal among its options, which are the argument of this index; the term aborts it too. */
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

/** A call of what takes no signal. */
export function unsignalled(term: LeaseTerm, method: Method, self: unknown, args: unknown[]): Promise<unknown> {
  return term.call({ begin: () => Reflect.apply(method, self, args) as Promise<unknown> });
}

/** The options of a `request`, which a schema of its result may stand in front of. */
export function optionsOfRequest(args: readonly unknown[]): number {
  return typeof args[1] === 'object' && args[1] !== null && '~standard' in args[1] ? 2 : 1;
}

/** A subscription (`listen`) goes on when its call is done, until this settles. */
function closedOf(result: unknown): Promise<unknown> | undefined {
  const { closed } = Object(result) as { closed?: unknown };
  return closed instanceof Promise ? closed : undefined;
}
