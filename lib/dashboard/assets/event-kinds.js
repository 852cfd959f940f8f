/** @import { PoolEvent } from '../../events/pool-event.ts' */

/** @typedef {'leases' | 'queue' | 'connections' | 'health' | 'endpoints' | 'pool'} Kind */

/** The kinds that events are filtered by, in the order of their buttons. @type {readonly Kind[]} */
export const kinds = ['leases', 'queue', 'connections', 'health', 'endpoints', 'pool'];

/** What each event is about. @type {Readonly<Record<PoolEvent['type'], Kind>>} */
const kindByType = {
  checkout: 'leases',
  checkin: 'leases',
  destroy: 'leases',
  invalidCheckin: 'leases',
  leak: 'leases',
  wait: 'queue',
  leave: 'queue',
  refuse: 'queue',
  connecting: 'connections',
  up: 'connections',
  connectFailed: 'connections',
  down: 'connections',
  retire: 'connections',
  removed: 'connections',
  notice: 'connections',
  circuit: 'connections',
  checking: 'health',
  health: 'health',
  endpointListed: 'endpoints',
  endpointUnlisted: 'endpoints',
  endpointSetAside: 'endpoints',
  endpointBack: 'endpoints',
  endpointsFailed: 'endpoints',
  endpointsEnded: 'endpoints',
  resting: 'endpoints',
  rested: 'endpoints',
  opened: 'pool',
  resize: 'pool',
  allowance: 'pool',
  sweep: 'pool',
  strategyFailed: 'pool',
  drain: 'pool',
  closed: 'pool',
};

/** The kind of an event; what is of none that is known is of the pool. @param {PoolEvent} event @returns {Kind} */
export function kindOf({ type }) {
  return Object.hasOwn(kindByType, type) ? kindByType[type] : 'pool';
}
