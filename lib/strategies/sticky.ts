import type { ConnectionRecord, PoolState } from '../state/pool-state.ts';
import { mixed } from './draw.ts';
import { roundRobin } from './round-robin.ts';
import { type BuiltInStrategy, builtIn } from './strategy.ts';

/**
 * The same connection for the same `key` of a checkout, as long as it is available; otherwise always the same
 * replacement. When a connection comes or goes, only the keys of that connection move. Without a key it is round robin.
 *
 * Rendezvous hashing, or highest random weight: David Thaler and Chinya Ravishankar, "Using Name-Based Mappings to
 * Increase Hit Rates" (IEEE/ACM Transactions on Networking 6(1), 1998). It looks at every available connection, which
 * takes some 10 µs where a thousand are free.
 */
export function sticky(): BuiltInStrategy {
  const { choose: inTurn } = roundRobin();
  return builtIn('sticky', 'its weight for the key was highest', (state, request = state.next) =>
    request?.key === undefined ? inTurn(state) : heaviest(state, hashOf(request.key)),
  );
}

function heaviest({ connections }: PoolState, hash: number): ConnectionRecord | undefined {
  let best: ConnectionRecord | undefined;
  let most = -1;
  let record = connections.nextAvailable(0);
  for (let rest = connections.countAvailable(); rest > 0 && record !== undefined; rest--) {
    const weight = weightOf(record, hash);
    if (weight > most) {
      best = record;
      most = weight;
    }
    record = connections.nextAvailable(record.slot + 1);
  }
  return best;
}

function weightOf({ id }: ConnectionRecord, hash: number): number {
  return mixed(hash ^ mixed(id));
}

/** FNV-1a, 32 bit (Glenn Fowler, Landon Curt Noll and Kiem-Phong Vo), over UTF-16 code units. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return hash;
}
