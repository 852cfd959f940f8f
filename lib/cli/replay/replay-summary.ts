import type { LogHeader } from '../../log/log-header.ts';
import { healthFacts } from '../../metrics/health.ts';
import type { PoolState } from '../../state/pool-state.ts';
import { VERSION } from '../../base/version.ts';
import { formatCount, formatMs } from '../../dashboard/shared/format.ts';
import { formatRunTime } from './format-run-time.ts';
import { jsonText, oneLine } from '../terminal/printable.ts';
import { wrap } from '../terminal/fit.ts';
import type { Log } from './replay-log.ts';
import type { Timeline } from './replay-timeline.ts';

const LABEL_WIDTH = 16;

/** What a log tells as a whole, in lines of this width. */
export function logSummary(log: Log, columns: number): string {
  const { timeline, parts } = log;
  const { from, to, durationMs } = spanOf(timeline);
  const state = timeline.stateAt(timeline.last);
  const events = [...countsOf(timeline)].map(([type, count]) => `${formatCount(count)} ${type}`);
  const rows: [label: string, text: string][] = [
    ['log', `${log.file}, ${parts.length} ${parts.length === 1 ? 'file' : 'files'}, begun ${begunOf(log)}`],
    ['versions', `${formatCount(from)} to ${formatCount(to)} in ${formatRunTime(durationMs)}`],
    ['events', events.join(', ') || 'none'],
    ['dropped', formatCount(timeline.dropped)],
    ...(timeline.last < 0 ? [] : stateRows(state)),
  ];
  return `${rows.map(([label, text]) => rowOf(label, text, columns)).join('\n')}\n`;
}

/** How the pool stood at a version, in lines of this width. */
export function stateAccount(timeline: Timeline, position: number, columns: number): string {
  const moment = timeline.momentAt(position);
  const rows: [label: string, text: string][] = [
    [
      'version',
      `${formatCount(moment?.version ?? 0)}, ${formatRunTime((moment?.at ?? 0) - timeline.beganAt)} after the first`,
    ],
    ...stateRows(timeline.stateAt(position)),
  ];
  return `${rows.map(([label, text]) => rowOf(label, text, columns)).join('\n')}\n`;
}

/** The same as `logSummary`, as one JSON document. */
export function logJson({ file, parts, timeline }: Log): string {
  const state = timeline.stateAt(timeline.last);
  const document = {
    command: 'replay',
    version: VERSION,
    log: {
      file,
      files: parts.map((part) => part.file),
      recording: headerOf(parts)?.recording ?? null,
      date: headerOf(parts)?.date ?? null,
    },
    span: spanOf(timeline),
    events: Object.fromEntries(countsOf(timeline)),
    dropped: timeline.dropped,
    pool: timeline.last < 0 ? null : { ...state.toJSON(), waiters: undefined, connections: undefined },
  };
  return `${jsonText(document, 2)}\n`;
}

function spanOf(timeline: Timeline): { from: number; to: number; fromAt: number; toAt: number; durationMs: number } {
  const [first, last] = [timeline.momentAt(0), timeline.momentAt(timeline.last)];
  const [fromAt, toAt] = [timeline.beganAt, timeline.endedAt];
  return { from: first?.version ?? 0, to: last?.version ?? 0, fromAt, toAt, durationMs: toAt - fromAt };
}

/** How many events of each type there are, those of which there are most first. */
function countsOf({ moments }: Timeline): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { type } of moments) if (type !== 'snapshot') counts.set(type, (counts.get(type) ?? 0) + 1);
  return new Map([...counts].sort(([, one], [, other]) => other - one));
}

function stateRows(state: PoolState): [label: string, text: string][] {
  const { size, idle, active, connecting, closing, unhealthy, withheld, pinned, waiting } = state;
  const { checkouts, checkins, destroyed, lost, failedCheckouts, invalidCheckins, leaks } = state;
  const { connects, connectFailures, healthCheckFailures, strategyFailures, waitedMs } = state;
  return [
    ['pool', `${state.name}: ${state.floor} to ${state.maxSize}, ${state.strategy}, ${state.phase}`],
    ['connections', counted({ open: size, idle, active, connecting, closing, unhealthy, withheld, pinned }, 3)],
    ['waiting', formatCount(waiting)],
    [
      'checkouts',
      counted({ 'so far': checkouts, 'checked in': checkins, destroyed, lost, failed: failedCheckouts }, 2),
    ],
    ['mean wait', checkouts === 0 ? '–' : formatMs(waitedMs / checkouts)],
    ['connects', counted({ succeeded: connects, 'failed since': connectFailures }, 1)],
    ['circuit', state.circuit],
    ['health', healthText(state)],
    [
      'trouble',
      counted(
        {
          'failed health checks': healthCheckFailures,
          leaks,
          'invalid checkins': invalidCheckins,
          'strategy failures': strategyFailures,
        },
        0,
      ) || 'none',
    ],
  ];
}

function healthText(state: PoolState): string {
  const { status, cause } = healthFacts(state, null);
  return `${status}: ${cause}`;
}

/** The counts in words; after the first so many only those that are not 0. */
function counted(counts: Readonly<Record<string, number>>, always: number): string {
  return Object.entries(counts)
    .filter(([, count], i) => i < always || count !== 0)
    .map(([name, count]) => `${formatCount(count)} ${name}`)
    .join(', ');
}

function rowOf(label: string, text: string, columns: number): string {
  const lines = wrap(oneLine(text), columns - 1 - LABEL_WIDTH).split('\n');
  return lines.map((line, i) => `${(i === 0 ? label : '').padEnd(LABEL_WIDTH)}${line}`).join('\n');
}

function begunOf({ parts }: Log): string {
  return headerOf(parts)?.date ?? 'at some time';
}

function headerOf(parts: Log['parts']): LogHeader | undefined {
  return parts[0]?.header;
}
