import assert from 'node:assert/strict';
import { type Lease, type PoolEvent, PoolError } from '../../lib/index.ts';
import { Audit } from '../support/audit/audit.ts';
import type { FakeConnection } from '../support/fake-server.ts';
import { type FakePool, newFakePool } from '../support/fake-pool.ts';
import { seeded } from '../support/seeded.ts';
import { pass } from '../support/virtual-time.ts';

/** How long a key keeps its connection without a use, in milliseconds. */
const PIN_IDLE_MS = 300;
const CONNECTING = 2;
const WAITS_MS = [5, 40, 200, 1000];

/** A request for a lease, and what came of it. */
interface Ticket {
  readonly key: string;
  readonly number: number;
  readonly priority: number;
  readonly leave: () => void;
  status: 'waiting' | 'held' | 'over';
  lease: Lease<FakeConnection> | undefined;
}

/** A pool with pins at which a random crowd tugs, and the plainest account there is of whose connection is whose. */
export class PinnedPool {
  readonly log: PoolEvent[];
  readonly #below: (n: number) => number;
  readonly #fake: FakePool;
  readonly #audit: Audit;
  readonly #tickets: Ticket[] = [];
  /** Whose state each connection holds. */
  readonly #owners = new Map<number, string>();

  constructor(seed: number) {
    this.#below = seeded(seed);
    const below = this.#below;
    this.#fake = newFakePool(
      {
        minSize: below(2),
        maxSize: 1 + below(4),
        maxConnecting: CONNECTING,
        pinIdleMs: PIN_IDLE_MS,
        healthCheckIntervalMs: 50,
        healthCheckTimeoutMs: 20,
        idleTimeoutMs: below(2) * 400,
        maxLifetimeMs: below(2) * 500,
        maxWaiting: 12,
        connectBackoff: { minMs: 5, maxMs: 40 },
      },
      { connectMs: below(3) * 15, closeMs: below(2) * 10 },
    );
    this.log = this.#fake.log;
    this.#audit = new Audit(this.#fake.pool, this.log, { maxConnecting: CONNECTING, strategyServes: true });
  }

  /** One thing happens, or several in the same tick. */
  async step(): Promise<void> {
    for (let n = 1 + this.#below(3); n > 0; n--) this.#act();
    await pass(this.#below(3) === 0 ? this.#below(120) : 1);
    this.#audit.look();
    this.#expectOneOwner();
  }

  /** Everything is given back and closed. */
  async end(): Promise<void> {
    const isHeld = ({ status }: Ticket): boolean => status === 'held';
    // Who comes next is to give back as well.
    for (let next = this.#tickets.find(isHeld); next !== undefined; next = this.#tickets.find(isHeld)) {
      this.#giveBack(next, false);
    }
    const closed = this.#fake.pool.close({ timeoutMs: 50 });
    await pass(100);
    await closed;
    this.#audit.end();
    assert(
      this.#tickets.every(({ status }) => status !== 'waiting'),
      'I4',
    );
    assert(!JSON.stringify(this.log).includes('secret'), 'I19 a key stands in the log');
  }

  #act(): void {
    const { pool, server } = this.#fake;
    const kind = this.#below(20);
    const held = this.#tickets.filter(({ status }) => status === 'held');
    if (kind < 8) this.#checkOut();
    else if (kind < 10) this.#tryCheckOut();
    else if (kind < 15) this.#giveBack(held[this.#below(held.length)], kind === 14);
    else if (kind < 16) this.#tickets.find(({ status }) => status === 'waiting')?.leave();
    else if (kind < 17) this.#kill();
    else if (kind < 18) this.#ail();
    else if (kind < 19) server.behaviour.refusal = this.#below(2) === 0 ? new Error('refused') : undefined;
    else pool.resize(pool.state.minSize + this.#below(pool.state.maxSize - pool.state.minSize + 1));
  }

  get #key(): string {
    return `secret ${this.#below(5)}`;
  }

  #checkOut(): void {
    const { pool } = this.#fake;
    const options = {
      key: this.#key,
      timeoutMs: WAITS_MS[this.#below(4)] ?? 0,
      priority: this.#below(4) === 0 ? 1 : 0,
    };
    const ticket = this.#newTicket(options.key, options.priority, () => {
      subscription.unsubscribe();
      if (ticket.status === 'waiting') ticket.status = 'over';
    });
    const subscription = pool.checkout(options).subscribe({
      next: (lease) => {
        this.#hold(ticket, lease);
      },
      error: (error: unknown) => {
        assert(error instanceof PoolError, 'weather');
        ticket.status = 'over';
      },
    });
  }

  #tryCheckOut(): void {
    const ticket = this.#newTicket(this.#key, 0, () => undefined);
    const lease = this.#fake.pool.tryCheckout({ key: ticket.key });
    if (lease === undefined) ticket.status = 'over';
    else this.#hold(ticket, lease);
  }

  #newTicket(key: string, priority: number, leave: () => void): Ticket {
    const ticket: Ticket = { key, number: this.#tickets.length, priority, leave, status: 'waiting', lease: undefined };
    this.#tickets.push(ticket);
    return ticket;
  }

  #hold(ticket: Ticket, lease: Lease<FakeConnection>): void {
    const { key, number, priority } = ticket;
    const { id } = lease.connection;
    const rivals = this.#tickets.filter((other) => other !== ticket && other.key === key);
    assert(!rivals.some(({ status }) => status === 'held'), 'two at once for one key');
    const earlier = rivals.find(
      (other) => other.status === 'waiting' && other.priority >= priority && other.number < number,
    );
    assert.equal(earlier, undefined, 'I7 who came first with the same key waits still');
    assert.equal(this.#owners.get(id) ?? key, key, 'I19 a connection that holds the state of another key');
    this.#owners.set(id, key);
    ticket.status = 'held';
    ticket.lease = lease;
    lease.revoked$.subscribe(({ reason }) => {
      if (reason === 'down' || reason === 'closed') ticket.status = 'over';
    });
  }

  #giveBack(ticket: Ticket | undefined, isBroken: boolean): void {
    if (ticket === undefined) return;
    ticket.status = 'over';
    if (isBroken) ticket.lease?.destroy('broken');
    else ticket.lease?.checkin();
  }

  #kill(): void {
    const { alive } = this.#fake.server;
    const victim = alive[this.#below(alive.length)];
    if (victim !== undefined) this.#fake.server.kill(victim);
  }

  #ail(): void {
    const { alive } = this.#fake.server;
    const patient = alive[this.#below(alive.length)];
    if (patient !== undefined) patient.health = this.#below(2) === 0 ? 'bad' : 'good';
  }

  /** A key has no second connection while its first one is alive and kept. */
  #expectOneOwner(): void {
    const seen = new Set<string>();
    for (const { id, status, pin } of this.#fake.pool.state.connections) {
      const owner = this.#owners.get(id);
      assert.equal(pin !== null, owner !== undefined, 'pinned exactly where it was used');
      if (owner === undefined || status === 'closing') continue;
      assert(!seen.has(owner), `two connections for ${owner}`);
      seen.add(owner);
    }
  }
}
