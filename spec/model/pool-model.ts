import assert from 'node:assert/strict';
import type { ConnectionRecord, PoolMetrics, PoolState, Waiter } from '../../lib/index.ts';
import { QueueModel } from '../support/queue-model.ts';
import type { FakeConnection } from '../support/fake-server.ts';
import type { Asked, Fact } from './fact.ts';

interface Checks {
  readonly failed: number;
  /** Not answered; a checkout meanwhile made them void, or they failed as well. */
  readonly unclear: number;
}

/** A pool in the plainest words: who waits in which order, who holds what, and how often what has happened. */
export class PoolModel {
  readonly #queue = new QueueModel();
  /** Those in the queue, by ticket. */
  readonly #waiting = new Map<number, Asked>();
  /** Which connection the holder of each ticket has. */
  readonly #held = new Map<number, number>();
  readonly #up = new Set<number>();
  /** The checks since the last one that a connection passed. */
  readonly #checks = new Map<number, Checks>();
  readonly #counts = { checkouts: 0, checkins: 0, destroyed: 0, lost: 0, failedCheckouts: 0, invalidCheckins: 0 };
  #isOpen = true;
  readonly #maxLeases: number;
  readonly #maxWaiting: number;
  readonly #unhealthyAfter: number;

  constructor({ maxLeasesPerConnection, maxWaiting, unhealthyAfter }: PoolState) {
    this.#maxLeases = maxLeasesPerConnection;
    this.#maxWaiting = maxWaiting;
    this.#unhealthyAfter = unhealthyAfter;
  }

  /** Takes in what was seen; throws where it was not to happen. */
  see(fact: Fact): void {
    switch (fact.what) {
      case 'asked':
        this.#ask(fact);
        return;
      case 'leased':
        this.#lease(fact.ticket, fact.connection);
        return;
      case 'failed':
        this.#expectReason(fact.reason, this.#leave(fact.ticket), fact.at);
        this.#counts.failedCheckouts++;
        return;
      case 'left':
        this.#leave(fact.ticket);
        return;
      case 'checkins':
      case 'destroyed':
      case 'lost':
        assert(this.#held.delete(fact.ticket), `I3 the lease of ticket ${fact.ticket} ends twice`);
        this.#counts[fact.what]++;
        return;
      case 'misused':
        this.#counts.invalidCheckins++;
        return;
      case 'up':
        this.#up.add(fact.connection);
        return;
      case 'over':
        assert(this.#up.delete(fact.connection), `I9 connection ${fact.connection} ends twice`);
        return;
      case 'checked':
        assert(this.#up.has(fact.connection), `I9 connection ${fact.connection} is checked and over`);
        this.#checks.set(fact.connection, checksAfter(this.#checksOf(fact.connection), fact.health));
        return;
      case 'closing':
        this.#isOpen = false;
    }
  }

  /** Compares with the pool at the end of a tick. */
  expectLike(state: PoolState, { failedCheckouts, invalidCheckins }: PoolMetrics): void {
    assert.deepEqual(Array.from(state.waiters, placeOf), Array.from(this.#queue.order(), placeOf), 'I7 the queue');
    assert(this.#isOpen || this.#waiting.size === 0, 'I4 somebody waits for a pool that is closed');
    const late = [...this.#waiting.values()].find(({ deadline }) => deadline < performance.now());
    assert.equal(late, undefined, 'I4 somebody waits beyond the timeout');
    for (const connection of this.#held.values())
      assert(this.#up.has(connection), `I4 nobody told of the end of ${connection}`);
    for (const record of state.connections) this.#expectAlike(record);
    for (const id of this.#up)
      assert(
        [...state.connections].some((record) => record.id === id),
        `I10 ${id} is forgotten`,
      );
    const { lost, ...counts } = this.#counts;
    // What comes after the end is counted in the metrics alone.
    const counted: object = { ...state, failedCheckouts, invalidCheckins };
    for (const [name, count] of Object.entries(counts)) assert.equal(Reflect.get(counted, name), count, `I14 ${name}`);
    // What is closed by force is counted when it is gone.
    if (state.phase !== 'draining') assert.equal(state.lost, lost, 'I14 lost');
  }

  #ask(asked: Asked): void {
    const { ticket: id, priority, key, at: since } = asked;
    this.#queue.push(key === undefined ? { id, priority, since } : { id, key, priority, since });
    this.#waiting.set(id, asked);
  }

  #lease(ticket: number, connection: number): void {
    assert.equal(this.#queue.first?.id, ticket, `I7 ticket ${ticket} is not the first`);
    this.#queue.serve(ticket);
    this.#waiting.delete(ticket);
    assert(this.#isOpen, 'I4 a lease of a pool that is closed');
    assert(this.#up.has(connection), `I9 a lease of connection ${connection}, which is over`);
    assert(this.#leasesOf(connection) < this.#maxLeases, `I3 connection ${connection} has no lease to give`);
    assert(
      this.#checksOf(connection).failed < this.#unhealthyAfter,
      `a lease of connection ${connection}, which is unwell`,
    );
    this.#held.set(ticket, connection);
    this.#counts.checkouts++;
  }

  #leave(ticket: number): Asked {
    const asked = this.#waiting.get(ticket);
    assert(asked !== undefined, `I4 ticket ${ticket} settles twice`);
    this.#queue.remove(ticket);
    this.#waiting.delete(ticket);
    return asked;
  }

  #expectReason(reason: string, { ticket, deadline }: Asked, at: number): void {
    if (reason === 'POOL_CHECKOUT_TIMEOUT') assert(at >= deadline, `I4 ticket ${ticket} times out early`);
    else if (reason === 'POOL_OVERLOADED')
      // Where nobody may wait for others, they wait for connects, of which the log tells.
      assert(this.#maxWaiting === 0 || this.#waiting.size === this.#maxWaiting, 'I13 overloaded too early');
    // Whether there is hope of a connection, the log tells: see `QueueOrder`.
    else if (reason !== 'POOL_CONNECT_FAILED')
      assert(reason === 'POOL_CLOSED' && !this.#isOpen, `I4 ticket ${ticket} fails with ${reason}`);
  }

  #expectAlike({ id, status, health, leases }: ConnectionRecord): void {
    assert(
      status === 'connecting' || status === 'closing' || this.#up.has(id),
      `I9 connection ${id} is ${status} and over`,
    );
    if (status !== 'closing') assert.equal(leases, this.#leasesOf(id), `I3 the leases of connection ${id}`);
    const { failed, unclear } = this.#checksOf(id);
    if (health === 'unhealthy') assert(failed + unclear >= this.#unhealthyAfter, `connection ${id} is well`);
  }

  #checksOf(connection: number): Checks {
    return this.#checks.get(connection) ?? { failed: 0, unclear: 0 };
  }

  #leasesOf(connection: number): number {
    return [...this.#held.values()].filter((other) => other === connection).length;
  }
}

function placeOf({ priority, key, since }: Waiter): object {
  return { priority, key, since };
}

function checksAfter({ failed, unclear }: Checks, health: FakeConnection['health']): Checks {
  if (health === 'good') return { failed: 0, unclear: 0 };
  return health === 'bad' ? { failed: failed + 1, unclear } : { failed, unclear: unclear + 1 };
}
