import { map } from 'rxjs';
import type { Strategy } from '../../../lib/index.ts';
import type { PoolState } from '../../../lib/state/pool-state.ts';

/** Round robin as one would write it oneself: an operator, which is handed a snapshot to keep. */
export function custom(): Strategy {
  return map(({ connections, cursor }: PoolState) => connections.nextAvailable(cursor));
}
