import { type CheckoutOptions, type Pool, PoolError } from '../../lib/index.ts';
import type { FakeConnection, FakeServer } from '../support/fake-server.ts';
import { Deliberate } from '../support/deliberate.ts';
import type { Draw } from './draw.ts';
import type { DrawnEndpoints } from './drawn-endpoints.ts';
import type { Ledger } from '../support/ledger.ts';
import type { Workplace } from '../support/workplace.ts';

/** Everything that users can reach. */
export interface World {
  readonly pool: Pool<FakeConnection>;
  readonly server: FakeServer;
  readonly ledger: Ledger;
  readonly workplace: Workplace;
  readonly draw: Draw;
  readonly endpoints: DrawnEndpoints | undefined;
  /** Everybody is to stop. */
  isOver: boolean;
}

/** Somebody who goes on until the world is over. */
export type User = (world: World) => Promise<void>;

/** A question to be asked again after every pause. */
export function isOn({ isOver }: World): boolean {
  return !isOver;
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** A checkout of any kind; the signal is aborted after a while. */
export function drawnCheckout({ draw, ledger }: World): CheckoutOptions {
  return {
    ...(draw.chance(30) ? { priority: draw.below(3) } : {}),
    ...(draw.chance(30) ? { key: draw.oneOf('a', 'b', 'c') } : {}),
    ...(draw.chance(30) ? { timeoutMs: draw.oneOf(5, 30, 120) } : {}),
    ...(draw.chance(10) ? { signal: abortedAfter(draw.about(20), ledger) } : {}),
  };
}

/** Whether a request may fail with it: weather, or a user's own doing. */
export function isExpected(error: unknown): boolean {
  return error instanceof PoolError || error instanceof Deliberate;
}

function abortedAfter(ms: number, ledger: Ledger): AbortSignal {
  const controller = new AbortController();
  const abort = (): void => controller.abort(new Deliberate());
  ledger.noteWayOut(abort);
  ledger.signals.push(controller.signal);
  setTimeout(abort, ms);
  return controller.signal;
}
