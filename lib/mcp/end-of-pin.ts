import { EMPTY, type Observable, filter, map } from 'rxjs';
import type { Lease } from '../checkout/lease.ts';
import { messageOf } from '../errors.ts';
import type { Retire } from '../events/connection-event.ts';
import type { Notice } from '../supply/connector.ts';

/** Why the pool behind wants a connection back that is of no use for long; how old it is concerns nobody whose state it holds. */
const SPENT: ReadonlySet<unknown> = new Set<Retire['reason']>(['endpoint', 'notice']);

/** Tells when what is pinned has to end, as soon as nobody works with it. */
export function endOfPin(lease: Lease<unknown> | undefined): Observable<Notice> {
  return (lease?.revoked$ ?? EMPTY).pipe(
    filter(({ reason, cause }) => reason === 'retiring' && SPENT.has(cause)),
    map(({ cause }) => ({ note: `no longer pinned: ${messageOf(cause)}`, retire: true })),
  );
}
