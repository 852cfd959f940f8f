import { from, lastValueFrom, map, toArray } from 'rxjs';
import { type CheckoutOptions, type Lease, type Pool, PoolError, withConnection } from '../../lib/index.ts';
import { Deliberate } from '../support/deliberate.ts';
import type { FakeConnection } from '../support/fake-server.ts';
import type { Ledger } from '../support/ledger.ts';

/** What somebody does: asks, waits, works with the connection and gives it back, unless it leaves before. */
export interface Visit {
  readonly how: 'checkout' | 'tryCheckout' | 'use' | 'stream';
  readonly options: CheckoutOptions;
  readonly ending: 'checkin' | 'destroy' | 'twice';
  readonly leaves: boolean;
}

/** Where visits take place. */
export interface Place {
  readonly pool: Pool<FakeConnection>;
  readonly ledger: Ledger;
  /** Resolves when it is this one's turn. */
  readonly turn: (label: string) => Promise<void>;
}

/** Resolves when the visitor has gone. */
export function visit(place: Place, plan: Visit, name: string): Promise<void> {
  switch (plan.how) {
    case 'checkout':
      return checkout(place, plan, name);
    case 'tryCheckout':
      return tryCheckout(place, plan, name);
    case 'use':
      return use(place, plan, name);
    case 'stream':
      return stream(place, plan, name);
  }
}

async function checkout({ ledger, turn }: Place, { options, leaves, ending }: Visit, name: string): Promise<void> {
  await turn(`${name} asks`);
  const ticket = ledger.ask(options);
  if (leaves) void turn(`${name} leaves`).then(() => ticket.leave());
  const lease = await ticket.lease;
  if (lease === undefined) return;
  await turn(`${name} works`);
  giveBack(ledger, lease, ending);
}

async function tryCheckout({ pool, ledger, turn }: Place, { ending }: Visit, name: string): Promise<void> {
  await turn(`${name} tries`);
  const lease = pool.tryCheckout();
  if (lease === undefined) return;
  ledger.take(lease);
  await turn(`${name} works`);
  giveBack(ledger, lease, ending);
}

async function use({ pool, ledger, turn }: Place, { options, leaves }: Visit, name: string): Promise<void> {
  await turn(`${name} asks`);
  const controller = new AbortController();
  if (leaves) void turn(`${name} leaves`).then(() => controller.abort(new Deliberate()));
  const at = performance.now();
  const work = (_: FakeConnection, lease: Lease<FakeConnection>): Promise<void> => {
    ledger.take(lease);
    // The promise goes on when the lease is gone.
    lease.revoked$.subscribe({ complete: () => ledger.drop(lease) });
    return turn(`${name} works`);
  };
  await pool.use(work, { ...options, signal: controller.signal }).catch((error: unknown) => {
    ledger.fail(error, options, at);
    expectWeather(ledger, error);
  });
}

/** Three requests at once; the answers have to be those asked for. */
async function stream({ pool, ledger, turn }: Place, { options }: Visit, name: string): Promise<void> {
  await turn(`${name} asks`);
  const watched = { state: pool.state, checkout: ledger.checkout.bind(ledger) };
  const work = (_: FakeConnection, request: number, lease: Lease<FakeConnection>) => {
    ledger.take(lease);
    lease.revoked$.subscribe({ complete: () => ledger.drop(lease) });
    return from(turn(`${name} works`)).pipe(map(() => request));
  };
  const settled$ = from([0, 1, 2]).pipe(
    withConnection(watched, work, { settle: true, ordered: true, checkout: () => options }),
    toArray(),
  );
  const outcomes = await lastValueFrom(settled$);
  outcomes.forEach((outcome, i) => {
    if (outcome.status === 'rejected') expectWeather(ledger, outcome.reason);
    else if (outcome.value !== i) ledger.wrong.push(`I17 ${outcome.value} is the answer to ${i}`);
  });
  if (outcomes.length !== 3) ledger.wrong.push(`I4 ${outcomes.length} of 3 requests settled`);
}

function giveBack(ledger: Ledger, lease: Lease<FakeConnection>, ending: Visit['ending']): void {
  ledger.drop(lease);
  if (ending === 'destroy') lease.destroy();
  else lease.checkin();
  if (ending === 'twice') lease.checkin();
}

function expectWeather(ledger: Ledger, error: unknown): void {
  if (!(error instanceof PoolError || error instanceof Deliberate)) ledger.wrong.push(`I4 ${String(error)}`);
}
