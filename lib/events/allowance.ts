/**
 * By what right a pool has its allowance. `granted`: whoever keeps the shared bound has given it. `held`: that one cannot be
 * asked, and what was given last stays. `shrunk`: it cannot be asked for so long that the pool has gone down to the least.
 * `fenced`: it does not know the pool any more, which has to join again.
 */
export type AllowanceMode = 'granted' | 'held' | 'shrunk' | 'fenced';

const modes: ReadonlySet<unknown> = new Set<AllowanceMode>(['granted', 'held', 'shrunk', 'fenced']);

/** Whether a value is one of the modes. @internal */
export function isAllowanceMode(value: unknown): value is AllowanceMode {
  return modes.has(value);
}

/** How many connections a pool may have for now, out of a bound that it shares with others. */
export interface Allowance {
  /** Connections at most, including those that are being opened or closed; a whole number, 0 for none. */
  readonly limit: number;
  /** By what right: see `AllowanceMode`. */
  readonly mode: AllowanceMode;
  /** Which owner of a share the pool is; whoever joins later, or again, has a higher number. */
  readonly epoch: number;
  /** Why whoever keeps the bound cannot be asked, as text; absent where it can. */
  readonly error?: string;
}
