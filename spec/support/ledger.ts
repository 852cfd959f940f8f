import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { type Observable, defer, tap } from 'rxjs';
import type { CheckoutOptions, Lease, Pool, PoolErrorCode } from '../../lib/index.ts';
import type { FakeConnection } from './fake-server.ts';
import { expectHeld } from './invariants.ts';
import { codeOf } from './outcome.ts';

/** A checkout by somebody who waits for it. */
export interface Ticket {
  /** `undefined` when there was no lease, or nobody to take it any more. */
  readonly lease: Promise<Lease<FakeConnection> | undefined>;
  leave(): void;
}

/** What one subscription to a checkout was told. */
interface Account {
  values: number;
  errors: number;
  completions: number;
  isLeft: boolean;
}

/** The codes of checkouts that failed. */
const failures: readonly (PoolErrorCode | undefined)[] = [
  'POOL_CHECKOUT_TIMEOUT',
  'POOL_OVERLOADED',
  'POOL_CLOSED',
  'POOL_CONNECT_FAILED',
];

/** Who has checked out what, written down by the users themselves. */
export class Ledger {
  /** What was wrong, seen where throwing would reach nobody. */
  readonly wrong: string[];
  /** How those who asked last can leave, whoever has them do so. */
  readonly waysOut: (() => void)[] = [];
  /** All that checkouts were given. */
  readonly signals: AbortSignal[] = [];
  readonly #pool: Pool<FakeConnection>;
  readonly #checkoutTimeoutMs: number;
  readonly #held = new Set<Lease<FakeConnection>>();
  readonly #accounts: Account[] = [];
  #failed = 0;
  #left = 0;

  constructor(pool: Pool<FakeConnection>, checkoutTimeoutMs: number, wrong: string[]) {
    this.wrong = wrong;
    this.#pool = pool;
    this.#checkoutTimeoutMs = checkoutTimeoutMs;
  }

  /** The pool's checkout, each subscription to which is written down. */
  checkout(options?: CheckoutOptions): Observable<Lease<FakeConnection>> {
    return defer(() => {
      const account = { values: 0, errors: 0, completions: 0, isLeft: false };
      this.#accounts.push(account);
      const at = performance.now();
      return this.#pool.checkout(options).pipe(
        tap({
          next: () => account.values++,
          error: (error: unknown) => {
            account.errors++;
            this.fail(error, options, at);
          },
          complete: () => account.completions++,
          unsubscribe: () => {
            account.isLeft = true;
            this.#left++;
          },
        }),
      );
    });
  }

  ask(options: CheckoutOptions): Ticket {
    let tell: (lease: Lease<FakeConnection> | undefined) => void = () => undefined;
    const lease = new Promise<Lease<FakeConnection> | undefined>((resolve) => (tell = resolve));
    const next = (given: Lease<FakeConnection>): void => {
      this.take(given);
      tell(given);
    };
    const subscription = this.checkout(options).subscribe({ next, error: () => tell(undefined) });
    const leave = (): void => {
      subscription.unsubscribe();
      tell(undefined);
    };
    this.noteWayOut(leave);
    return { lease, leave };
  }

  noteWayOut(leave: () => void): void {
    this.waysOut.push(leave);
    if (this.waysOut.length > 5) this.waysOut.shift();
  }

  /** Somebody has a lease now. */
  take(lease: Lease<FakeConnection>): void {
    const { connection } = lease;
    let others = 0;
    for (const other of this.#held) if (other.connection === connection) others++;
    if (others >= this.#pool.state.maxLeasesPerConnection) this.wrong.push(`I3 connection ${connection.id} is full`);
    this.#held.add(lease);
  }

  /** Somebody gives it back now. */
  drop(lease: Lease<FakeConnection>): void {
    this.#held.delete(lease);
  }

  /** A checkout that began at this instant failed. */
  fail(error: unknown, options: CheckoutOptions | undefined, at: number): void {
    const timeoutMs = options?.timeoutMs ?? this.#checkoutTimeoutMs;
    const code = codeOf(error);
    if (failures.includes(code)) this.#failed++;
    // Aborted, perhaps between the failure and being told of it.
    else this.#left++;
    const waitedMs = performance.now() - at;
    const isEarly = code === 'POOL_CHECKOUT_TIMEOUT' && (timeoutMs === 0 || waitedMs < timeoutMs);
    if (isEarly) this.wrong.push(`I4 a timeout of ${timeoutMs} ms after ${waitedMs}`);
    if (code === 'POOL_CLOSED' && this.#pool.state.phase === 'open') this.wrong.push('I4 closed, and is open');
  }

  /** I3, I4 and I14 at the end of a tick. */
  look(): void {
    const { state, metrics } = this.#pool;
    assert(this.wrong.length === 0, this.wrong.join('; '));
    if (state.phase === 'open') expectHeld(state, [...this.#held]);
    // Somebody may leave at that moment as well.
    const untold = metrics.failedCheckouts - this.#failed;
    assert(untold >= 0 && untold <= this.#left, `I14 ${untold} failures that nobody was told of`);
  }

  /** I4: each checkout was settled once, or left. I12: nobody listens any more. */
  end(): void {
    const heard = this.signals.filter((signal) => getEventListeners(signal, 'abort').length > 0);
    assert.equal(heard.length, 0, 'I12 signals are listened to');
    for (const { values, errors, completions, isLeft } of this.#accounts) {
      if (isLeft) assert(values <= 1 && errors === 0, 'I5 told more than once, or an error after it left');
      else assert(values + errors === 1 && values === completions, 'I4 settled once');
    }
  }
}
