import type { ConnectionRecord, ConnectionStatus } from '../../state/pool-state.ts';
import type { Cell } from '../protocol.ts';

/** What a connection is shown as: its status, or why not everybody gets a lease of it. */
export type CellKind = ConnectionStatus | 'unhealthy' | 'withheld' | 'pinned';

/** How many connections there are of each kind; each of them is of one kind only. */
export type CellCounts = Readonly<Record<CellKind, number>>;

/** All kinds, in the order in which they are listed: what serves, what will serve, what does not, and what goes away. */
export const cellKinds: readonly CellKind[] = [
  'active',
  'idle',
  'pinned',
  'connecting',
  'unhealthy',
  'withheld',
  'closing',
];

/** Why an idle or active connection gets no leases, or only those of its key; empty where nothing keeps it from them. */
export function markOf({
  status,
  health,
  withheld,
  pin,
}: Pick<ConnectionRecord, 'status' | 'health' | 'withheld' | 'pin'>): Cell[3] {
  if (status !== 'idle' && status !== 'active') return '';
  if (health === 'unhealthy') return 'unhealthy';
  if (withheld) return 'withheld';
  return pin === null ? '' : 'pinned';
}

/** What a connection with this status and this mark is shown as; a pin is only told of one that is idle. */
export function kindOf(status: ConnectionStatus, mark: Cell[3]): CellKind {
  if (status !== 'idle' && status !== 'active') return status;
  if (mark === 'pinned') return status === 'idle' ? 'pinned' : status;
  return mark === '' ? status : mark;
}

/** What a cell is shown as. */
export function kindOfCell([, , status, mark]: Cell): CellKind {
  return kindOf(status, mark);
}

/** How many there are of each kind; where nothing is, nothing is counted. */
export function countKinds(kinds: Iterable<CellKind | undefined>): CellCounts {
  const counts = { active: 0, idle: 0, pinned: 0, connecting: 0, unhealthy: 0, withheld: 0, closing: 0 };
  for (const kind of kinds) if (kind !== undefined) counts[kind]++;
  return counts;
}
