import type { FakeConnection } from '../support/fake-server.ts';

/** Something that was seen from outside the pool; a ticket is the number of a checkout. Instants in milliseconds. */
export type Fact =
  | Asked
  | { readonly what: 'leased'; readonly ticket: number; readonly connection: number }
  | { readonly what: 'failed'; readonly ticket: number; readonly reason: string; readonly at: number }
  /** It unsubscribed. */
  | { readonly what: 'left'; readonly ticket: number }
  /** How a lease ended; `lost` is what its holder was told. */
  | { readonly what: 'checkins' | 'destroyed' | 'lost'; readonly ticket: number }
  /** A lease that was over already was checked in or destroyed. */
  | { readonly what: 'misused' }
  | { readonly what: 'up' | 'over'; readonly connection: number }
  | { readonly what: 'checked'; readonly connection: number; readonly health: FakeConnection['health'] }
  | { readonly what: 'closing' };

export interface Asked {
  readonly what: 'asked';
  readonly ticket: number;
  readonly priority: number;
  readonly key: string | undefined;
  readonly at: number;
  /** `Infinity` where it waits for ever. */
  readonly deadline: number;
}
