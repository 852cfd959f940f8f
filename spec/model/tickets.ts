import assert from 'node:assert/strict';
import { type Observable, Subject, defer, finalize, take, tap } from 'rxjs';
import { PoolLease } from '../../lib/checkout/lease.ts';
import { useOnce } from '../../lib/requests/use-once.ts';
import type { CheckoutOptions, Lease, Pool } from '../../lib/index.ts';
import type { FakeConnection } from '../support/fake-server.ts';
import { listen } from '../support/listen.ts';
import { type Outcome, codeOf, outcomeOf } from '../support/outcome.ts';
import type { Fact } from './fact.ts';

interface Held {
  readonly ticket: number;
  readonly lease: Lease<FakeConnection>;
}

/** Work under way, or waiting for its connection. */
interface Use {
  readonly end$: Subject<string>;
  readonly abort: AbortController;
}

const cancelled = new Error('cancelled');

/** Everybody who checks out: each has a ticket, and all that becomes of it is a fact. */
export class Tickets {
  readonly #outcomes: Outcome<Lease<FakeConnection>>[] = [];
  readonly #pool: Pool<FakeConnection>;
  readonly #checkoutTimeoutMs: number;
  readonly #tell: (fact: Fact) => void;
  readonly #waiting = new Map<number, Outcome<Lease<FakeConnection>>>();
  readonly #held: Held[] = [];
  readonly #over: Lease<FakeConnection>[] = [];
  readonly #uses: Use[] = [];
  #last = 0;

  constructor(pool: Pool<FakeConnection>, checkoutTimeoutMs: number, tell: (fact: Fact) => void) {
    this.#pool = pool;
    this.#checkoutTimeoutMs = checkoutTimeoutMs;
    this.#tell = tell;
  }

  checkout(options: CheckoutOptions): void {
    const ticket = ++this.#last;
    const outcome = outcomeOf(
      this.#watched(ticket, options).pipe(
        tap((lease) => {
          this.#hold(ticket, lease);
        }),
      ),
    );
    this.#outcomes.push(outcome);
    if (outcome.values + outcome.errors === 0) this.#waiting.set(ticket, outcome);
  }

  /** Whether there was a lease at once. */
  tryCheckout(): boolean {
    const lease = this.#pool.tryCheckout();
    if (lease === undefined) return false;
    const ticket = ++this.#last;
    this.#ask(ticket, {});
    this.#tell({ what: 'leased', ticket, connection: lease.connection.id });
    this.#hold(ticket, lease);
    return true;
  }

  cancel(n: number): void {
    const found = nth([...this.#waiting], n);
    if (found === undefined) return;
    const [ticket, outcome] = found;
    this.#waiting.delete(ticket);
    this.#tell({ what: 'left', ticket });
    outcome.leave();
  }

  checkin(n: number): void {
    const held = this.#letGo(n);
    if (held === undefined) return;
    this.#tell({ what: 'checkins', ticket: held.ticket });
    held.lease.checkin();
  }

  destroy(n: number): void {
    const held = this.#letGo(n);
    if (held === undefined) return;
    this.#tell({ what: 'destroyed', ticket: held.ticket });
    held.lease.destroy('no good');
  }

  /** Gives back what was given back or lost before. */
  misuse(n: number): void {
    const lease = nth(this.#over, n);
    if (lease === undefined) return;
    this.#tell({ what: 'misused' });
    if (n % 2 === 0) lease.checkin();
    else lease.destroy();
  }

  use(options: CheckoutOptions): void {
    const ticket = ++this.#last;
    const work: Use = { end$: new Subject(), abort: new AbortController() };
    const { signal } = work.abort;
    // As `pool.use` does, over a checkout that can be watched.
    const outcome = useOnce(
      this.#watched(ticket, { ...options, signal }),
      (_, lease) => this.#work(ticket, lease, work),
      { signal },
    );
    this.#uses.push(work);
    const forget = (): void => void this.#uses.splice(this.#uses.indexOf(work), 1);
    outcome.then(forget, forget);
  }

  finish(n: number, how: 'resolve' | 'reject' | 'abort'): void {
    const work = nth(this.#uses, n);
    if (how === 'abort') work?.abort.abort(cancelled);
    else if (how === 'reject') work?.end$.error(new Error('the work failed'));
    else work?.end$.next('done');
  }

  /** I4: when the pool is closed, everybody was told, once. */
  end(): void {
    assert.equal(this.#uses.length, 0, 'I4 a use is not settled');
    for (const { values, errors, completions } of this.#outcomes) {
      assert(values + errors <= 1 && values === completions, 'I4 a checkout is told twice');
    }
  }

  #watched(ticket: number, options: CheckoutOptions): Observable<Lease<FakeConnection>> {
    return defer(() => {
      this.#ask(ticket, options);
      return this.#pool.checkout(options);
    }).pipe(
      tap({
        next: ({ connection: { id: connection } }) => {
          this.#waiting.delete(ticket);
          this.#tell({ what: 'leased', ticket, connection });
        },
        error: (error: unknown) => {
          this.#waiting.delete(ticket);
          if (error === cancelled) this.#tell({ what: 'left', ticket });
          else this.#tell({ what: 'failed', ticket, reason: codeOf(error) ?? String(error), at: performance.now() });
        },
      }),
    );
  }

  #ask(ticket: number, { priority = 0, key, timeoutMs = this.#checkoutTimeoutMs }: CheckoutOptions): void {
    const at = performance.now();
    const deadline = timeoutMs === 0 ? Infinity : at + timeoutMs;
    this.#tell({ what: 'asked', ticket, priority, key, at, deadline });
  }

  #hold(ticket: number, lease: Lease<FakeConnection>): void {
    const held = { ticket, lease };
    this.#held.push(held);
    listen(lease.revoked$, ({ reason }) => {
      if (reason === 'draining' || reason === 'retiring') return;
      this.#held.splice(this.#held.indexOf(held), 1);
      this.#over.push(lease);
      this.#tell({ what: 'lost', ticket });
    });
  }

  #letGo(n: number): Held | undefined {
    const held = nth(this.#held, n);
    if (held === undefined) return undefined;
    this.#held.splice(this.#held.indexOf(held), 1);
    this.#over.push(held.lease);
    return held;
  }

  /** Lasts until it is told to end; before the lease is given back, that is a fact. */
  #work(ticket: number, lease: Lease<FakeConnection>, { end$ }: Use): Observable<string> {
    const ended = (): void => {
      const isLost = lease instanceof PoolLease && lease.status === 'lost';
      this.#tell({ what: isLost ? 'lost' : 'checkins', ticket });
    };
    return end$.pipe(take(1), finalize(ended));
  }
}

function nth<T>(items: readonly T[], n: number): T | undefined {
  return items[n % Math.max(1, items.length)];
}
