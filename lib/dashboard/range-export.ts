import type { PoolEvent } from '../events/pool-event.ts';
import { type Refusal, isRefusal } from './admission.ts';
import { csvOf } from './csv.ts';
import type { PoolFeed } from './pool-feed.ts';
import type { ListedPools } from './pool-list.ts';
import type { LatencyName, Second, WindowPoint } from './protocol.ts';
import type { SavedFile } from './responses.ts';
import { wordsOf } from './shared/event-words.ts';

/** A range of time, in milliseconds since 1970. */
interface Range {
  readonly from: number;
  readonly to: number;
}

/** What is known of a pool. */
interface Kept {
  readonly seconds: readonly Second[];
  readonly metrics: readonly WindowPoint[];
  readonly events: readonly PoolEvent[];
}

type Row = Readonly<Record<string, string | number>>;

const FORMATS = ['json', 'csv'];
const TABLES = ['seconds', 'metrics', 'events'];
const LATENCIES: readonly LatencyName[] = ['waitTimeUs', 'useTimeUs', 'connectTimeUs', 'healthCheckTimeUs'];
const NOTHING = 'nothing of this pool is recorded in this range: see the option history';
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

/** What is known of a pool in a range of time, as JSON or as a table of it as CSV; or what is wrong with the question. */
export function exportOf(listed: Pick<ListedPools, 'named'>, query: URLSearchParams): SavedFile | Refusal {
  const [format = 'json', table = 'seconds'] = ['format', 'table'].map((name) => query.get(name) ?? undefined);
  if (!FORMATS.includes(format)) return wrong(`format must be one of ${FORMATS.join(', ')}`);
  if (!TABLES.includes(table)) return wrong(`table must be one of ${TABLES.join(', ')}`);
  const feed = feedIn(listed, query.get('pool'));
  if (isRefusal(feed)) return feed;
  const range = rangeIn(query);
  if (isRefusal(range)) return range;
  const kept: Kept = {
    seconds: feed.windows.seconds.filter(isIn(range)),
    metrics: feed.windows.after(0).filter(isIn(range)),
    events: [...feed.recorder.newestAfter(0)].reverse().filter(isIn(range)),
  };
  const { name } = feed.pool;
  const isEmpty = Object.values(kept).every(({ length }) => length === 0);
  if (format === 'json' && !isEmpty) {
    return { name: `${name}.json`, type: 'application/json', text: jsonOf(name, kept) };
  }
  const rows = rowsOf(kept, table);
  if (format === 'json' || rows.length === 0) return { status: 404, error: NOTHING };
  return { name: `${name}-${table}.csv`, type: 'text/csv; charset=utf-8', text: csvOf(rows) };
}

function rowsOf({ seconds, metrics, events }: Kept, table: string): readonly Row[] {
  if (table === 'seconds') return seconds.map(secondRow);
  return table === 'metrics' ? metrics.map(metricsRow) : events.map(eventRow);
}

function feedIn(listed: Pick<ListedPools, 'named'>, pool: string | null): PoolFeed | Refusal {
  if (pool === null) return wrong('pool must be the name of a pool, or its number');
  const [feed, other] = listed.named(pool);
  if (feed === undefined) return { status: 404, error: `there is no pool ${pool}` };
  return other === undefined ? feed : wrong(`there are several pools ${pool}: say its number, such as ${feed.id}`);
}

function rangeIn(query: URLSearchParams): Range | Refusal {
  const [from, to] = [instantIn(query, 'from', -Infinity), instantIn(query, 'to', Infinity)];
  const isWrong = [from, to].findIndex((instant) => instant === undefined);
  if (from === undefined || to === undefined) {
    return wrong(`${isWrong === 0 ? 'from' : 'to'} must be milliseconds since 1970, or such as 2026-12-01T10:00:00Z`);
  }
  return from <= to ? { from, to } : wrong('from must not be after to');
}

/** Milliseconds since 1970; `undefined` for what is no instant. */
function instantIn(query: URLSearchParams, name: string, otherwise: number): number | undefined {
  const text = query.get(name);
  if (text === null) return otherwise;
  if (/^\d{1,15}(\.\d+)?$/.test(text)) return Number(text);
  // In a query that nobody has encoded, the plus of a time zone is a space.
  const instant = text.replace(' ', '+');
  const ms = INSTANT.test(instant) ? Date.parse(instant) : NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

function isIn({ from, to }: Range): (what: { readonly at: number }) => boolean {
  return ({ at }) => performance.timeOrigin + at >= from && performance.timeOrigin + at <= to;
}

function timeOf({ at }: { readonly at: number }): string {
  return new Date(performance.timeOrigin + at).toISOString();
}

/** Without the longer windows that end with each point: the points have it all. */
function* jsonOf(pool: string, { seconds, metrics, events }: Kept): Iterable<string> {
  const points = metrics.map((point) => ({
    time: timeOf(point),
    ...point,
    sliding: undefined,
    requests: requestsOf(point),
  }));
  yield `{"pool":${JSON.stringify(pool)},"seconds":[\n`;
  yield* listed(seconds.map((second) => ({ time: timeOf(second), ...second })));
  yield '\n],"metrics":[\n';
  yield* listed(points);
  yield '\n],"events":[\n';
  yield* listed(events.map((event) => ({ time: timeOf(event), ...event })));
  yield '\n]}\n';
}

function requestsOf({ requests }: WindowPoint): unknown {
  return requests?.map((window) => ({ ...window, sliding: undefined }));
}

function* listed(rows: readonly object[]): Iterable<string> {
  for (const [i, row] of rows.entries()) yield `${i === 0 ? '' : ',\n'}${JSON.stringify(row)}`;
}

function secondRow(second: Second): Row {
  const { checkouts, waitP50, waitP99, useP50, useP99, size, active, waiting, counts } = second;
  const latencies: Row = {
    waitP50Us: waitP50 ?? '',
    waitP99Us: waitP99 ?? '',
    useP50Us: useP50 ?? '',
    useP99Us: useP99 ?? '',
  };
  return { time: timeOf(second), checkouts, size, active, waiting, ...latencies, ...counts };
}

function metricsRow(point: WindowPoint): Row {
  const { checkoutsPerSecond, active, size, waiting } = point;
  const latencies = LATENCIES.flatMap((name) =>
    Object.entries(point[name]).map(([part, value]): [string, number] => [`${name}.${part}`, value as number]),
  );
  return { time: timeOf(point), checkoutsPerSecond, active, size, waiting, ...Object.fromEntries(latencies) };
}

function eventRow(event: PoolEvent): Row {
  return { time: timeOf(event), version: event.version, type: event.type, text: wordsOf(event) };
}

function wrong(error: string): Refusal {
  return { status: 400, error };
}
