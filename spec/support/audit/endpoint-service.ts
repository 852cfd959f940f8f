import assert from 'node:assert/strict';
import type { PoolEvent, PoolState } from '../../../lib/index.ts';
import type { EndpointSetAside } from '../../../lib/events/endpoint-event.ts';
import type { Rule } from './rule.ts';

/** Endpoints that rest, are set aside or have left are neither connected to nor leased; nor are they for longer than told. */
export class EndpointService implements Rule {
  after(event: PoolEvent, before: PoolState): void {
    if (event.type === 'connecting') this.#expectInService(before, event.endpoint);
    else if (event.type === 'checkout') this.#expectFree(before, event.slot);
    else if (event.type === 'endpointSetAside') this.#expectFew(before, event);
    else if (event.type === 'endpointBack') {
      assert((find(before, event.endpoint)?.setAsideUntil ?? 0) <= event.at, 'back too early');
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

  #expectFew({ endpoints }: PoolState, { endpoint, until, at }: EndpointSetAside): void {
    const aside = endpoints.filter(({ id, setAsideUntil }) => setAsideUntil > 0 || id === endpoint);
    assert(2 * aside.length <= endpoints.length, 'more than half of the endpoints are set aside');
    assert(until > at, 'set aside for no time');
  }

  #expectInService(before: PoolState, endpoint: string | undefined): void {
    assert.equal(endpoint !== undefined, before.hasEndpoints, 'I8 a connect to nowhere');
    const { setAsideUntil, restingUntil } = find(before, endpoint) ?? { setAsideUntil: 0, ...before };
    assert(endpoint === undefined || find(before, endpoint) !== undefined, 'I8 a connect to what has left');
    assert(setAsideUntil === 0 && restingUntil === 0, 'I8 a connect to an endpoint that is not in service');
  }
}

function find({ endpoints }: PoolState, id: string | undefined) {
  return endpoints.find((endpoint) => endpoint.id === id);
}
