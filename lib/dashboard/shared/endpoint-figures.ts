import type { EndpointRecord } from '../../state/endpoint-record.ts';
import type { Cell, EndpointFigures } from '../protocol.ts';
import { formatMs } from './format.ts';

/** The worst comes first. */
const order: readonly EndpointFigures['status'][] = ['aside', 'resting', 'failing', 'unlisted', 'ok'];

/** What the connections to each endpoint do at an instant of the pool's clock: those in trouble first, then by their names. */
export function endpointFigures(
  cells: Iterable<Cell>,
  endpoints: readonly EndpointRecord[],
  at: number,
): readonly EndpointFigures[] {
  const figures = new Map(endpoints.map((record) => [record.id, listed(record, at)]));
  for (const [, , status, , leases, requests, failed, , , id] of cells) {
    if (id === undefined) continue;
    const one = figures.get(id) ?? unlisted(id);
    figures.set(id, {
      ...one,
      open: one.open + Number(status === 'idle' || status === 'active'),
      active: one.active + Number(status === 'active'),
      connecting: one.connecting + Number(status === 'connecting'),
      leases: one.leases + leases,
      requests: one.requests + requests,
      failed: one.failed + failed,
    });
  }
  return [...figures.values()].sort(
    (one, other) => order.indexOf(one.status) - order.indexOf(other.status) || one.id.localeCompare(other.id),
  );
}

/** How an endpoint stands. */
export function endpointWords({ status, failures, restMs }: EndpointFigures): string {
  switch (status) {
    case 'aside':
      return `set aside for ${formatMs(restMs)}, after ${failures} failures`;
    case 'resting':
      return `its server asked for a pause, ${formatMs(restMs)} more`;
    case 'failing':
      return failures === 1 ? 'failed once' : `failed ${failures} times in a row`;
    case 'unlisted':
      return 'not listed any more';
    case 'ok':
      return 'in service';
  }
}

function listed(record: EndpointRecord, at: number): EndpointFigures {
  const { id, failures, worksSince, setAsideUntil, restingUntil } = record;
  const isFailing = failures > 0 && worksSince === 0;
  const status = setAsideUntil > 0 ? 'aside' : restingUntil > 0 ? 'resting' : isFailing ? 'failing' : 'ok';
  return { ...unlisted(id), status, failures, restMs: Math.max(0, setAsideUntil - at, restingUntil - at) };
}

function unlisted(id: string): EndpointFigures {
  const none = { open: 0, active: 0, connecting: 0, leases: 0, requests: 0, failed: 0 };
  return { id, status: 'unlisted', failures: 0, restMs: 0, ...none };
}
