import assert from 'node:assert/strict';
import type { PoolEvent, PoolState } from '../../../lib/index.ts';
import type { EndpointBack } from '../../../lib/events/endpoint-event.ts';
import type { Rule } from './rule.ts';

/** Endpoints that rest, are set aside or have left are neither connected to nor leased; nor are they for longer than told. */
export class EndpointService implements Rule {
  after(event: PoolEvent, before: PoolState, after: PoolState): void {
    assert(!isMostAside(after), 'more than half of the endpoints are set aside');
    if (event.type === 'connecting') this.#expectInService(before, event.endpoint);
    else if (event.type === 'checkout') this.#expectFree(before, event.slot);
    else if (event.type === 'endpointSetAside') assert(event.until > event.at, 'set aside for no time');
    else if (event.type === 'endpointBack') {
      this.#expectDue(before, event);
    } else if (event.type === 'rested') {
      assert((find(before, event.endpoint)?.restingUntil ?? before.restingUntil) <= event.at, 'rested too early');
    }
  }

  atRest(state: PoolState): void {
    if (!state.hasEndpoints || state.phase !== 'open') return;
    for (const { endpoint, status, id } of state.connections) {
      const isUp = status === 'idle' || status === 'active';
      assert(!isUp || find(state, endpoint) !== undefined, `connection ${id} stays, its endpoint does not`);
    }
    for (const { setAsideUntil, restingUntil } of state.endpoints) {
      for (const until of [setAsideUntil, restingUntil]) {
        assert(until === 0 || until > performance.now() - 2, 'an endpoint is away for too long');
      }
    }
  }

  #expectFree({ connections }: PoolState, slot: number): void {
    assert.equal(connections.get(slot)?.withheld, false, 'a lease of what is withheld');
  }

  /** Sooner only where one of the others is about to leave. */
  #expectDue(before: PoolState, { endpoint, at }: EndpointBack): void {
    const leaving = before.endpoints.findIndex(({ setAsideUntil }) => setAsideUntil === 0);
    const isFull = isMostAside({ endpoints: before.endpoints.filter((_, i) => i !== leaving) });
    assert((find(before, endpoint)?.setAsideUntil ?? 0) <= at || isFull, 'back too early');
  }

  #expectInService(before: PoolState, endpoint: string | undefined): void {
    assert.equal(endpoint !== undefined, before.hasEndpoints, 'I8 a connect to nowhere');
    const { setAsideUntil, restingUntil } = find(before, endpoint) ?? { setAsideUntil: 0, ...before };
    assert(endpoint === undefined || find(before, endpoint) !== undefined, 'I8 a connect to what has left');
    assert(setAsideUntil === 0 && restingUntil === 0, 'I8 a connect to an endpoint that is not in service');
  }
}

function isMostAside({ endpoints }: Pick<PoolState, 'endpoints'>): boolean {
  return 2 * endpoints.filter(({ setAsideUntil }) => setAsideUntil > 0).length > endpoints.length;
}

function find({ endpoints }: PoolState, id: string | undefined) {
  return endpoints.find((endpoint) => endpoint.id === id);
}
