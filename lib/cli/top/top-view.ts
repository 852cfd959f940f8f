import sparkly from 'sparkly';
import type { Gauges, WindowPoint } from '../../dashboard/protocol.ts';
import { type CellKind, countKinds, kindOfCell } from '../../dashboard/shared/cells.ts';
import { isRare } from '../../dashboard/shared/event-words.ts';
import { formatCount, formatLatency, formatPressure, formatRate, formatUs } from '../../dashboard/shared/format.ts';
import { type Picture, lastWindow } from '../../dashboard/shared/picture.ts';
import type { RequestWindow } from '../../mcp/requests/request-metrics.ts';
import type { LatencySummary } from '../../metrics/latency-histogram.ts';
import { isSlot } from '../../state/connection-table.ts';
import { bars } from '../terminal/bars.ts';
import { healthLines } from '../terminal/health-lines.ts';
import { cellLines, countLines } from '../terminal/cell-lines.ts';
import { oneLine } from '../terminal/printable.ts';
import { type Part, cut, fit } from '../terminal/fit.ts';
import { momentParts } from '../terminal/event-line.ts';
import { type ScreenCanvas, type Sheet, filled, sheetFor } from '../terminal/screen-sheet.ts';
import type { TopScene } from './top-feed.ts';
import { waitingParts } from '../terminal/waiting-line.ts';
import type { Paint } from '../terminal/canvas.ts';

/** What is shown, and whether every checkout is among the events. */
export interface TopView extends TopScene {
  readonly withAll: boolean;
}

const MINUTE_MS = 60_000;
const LEAST_EVENTS = 3;
const MOST_REQUESTS = 4;
const WIDEST_BAR = 30;
const KEYS = 'tab next pool  1-9 pool  e all events  q quit';

/** One frame of the live view: lines, none wider than the canvas, no more than fit onto it. */
export function topFrame(view: TopView, canvas: ScreenCanvas): string[] {
  const { paint } = canvas;
  const sheet = sheetFor(canvas);
  const { picture } = view;
  const health = picture === undefined ? [] : healthRows(picture.gauges, picture.at, sheet, paint);
  const above = [...headLines(view, sheet, paint), ...health, ...(sheet.lines < 18 ? [] : [''])];
  const last = paint.dim(cut(KEYS, sheet.width));
  if (picture === undefined) return filled(above, last, sheet.lines);
  const figures = figureLines(picture, sheet, paint);
  const slots = kindsBySlot(picture);
  const counts = sheet.rows('connections', countLines(countKinds(slots), sheet.room, paint));
  const left = sheet.lines - above.length - figures.length - counts.length - 2;
  const cells = sheet.rows('', cellLines(slots, sheet.room, Math.max(1, left - LEAST_EVENTS), paint));
  const events = eventLines(picture, view.withAll, left - cells.length, sheet, paint);
  return filled([...above, ...counts, ...cells, ...figures, ...events], last, sheet.lines);
}

function headLines({ url, pools, picture, trouble }: TopView, { width }: Sheet, paint: Paint): string[] {
  const status: Part =
    trouble === undefined
      ? { text: '● live', paint: paint.green }
      : { text: cut(`○ ${trouble}`, width), paint: paint.yellow };
  const tabs = pools.map(({ id, name }, i): Part => {
    const isHere = id === picture?.pool;
    const text = cut(`${i + 1} ${oneLine(name)}`, width - 2);
    return { text: isHere ? `[${text}]` : ` ${text} `, paint: isHere ? paint.bold : paint.dim };
  });
  const title = { text: 'mcp-pool top', paint: paint.bold };
  return [
    trouble === undefined ? fit([title, status, { text: url, paint: paint.dim }], width) : fit([status], width),
    ...(pools.length > 1 ? [fit(tabs, width)] : []),
    ...(picture === undefined ? [] : [cut(headline(picture), width)]),
  ];
}

/** The first thing that somebody in trouble looks for; a dashboard of an older version does not tell it. */
function healthRows({ health }: Partial<Gauges>, at: number, sheet: Sheet, paint: Paint): string[] {
  return health === undefined ? [] : sheet.rows('health', healthLines(health, at, sheet.room, paint));
}

function headline({ name, gauges: { floor, maxSize, strategy, phase } }: Picture): string {
  return oneLine(`${name}: pool of ${formatCount(floor)} to ${formatCount(maxSize)}, ${strategy}, ${phase}`);
}

function figureLines(picture: Picture, sheet: Sheet, paint: Paint): string[] {
  const { gauges, waiters, at } = picture;
  const window = lastWindow(picture);
  const windows = picture.windows.filter((ended) => ended.at > at - MINUTE_MS);
  const rates = windows.map(({ checkoutsPerSecond }) => checkoutsPerSecond);
  const slowest = windows.map(({ useTimeUs }) => useTimeUs.p99);
  const isHigh = sheet.lines >= 18;
  return [
    sheet.row('waiting', waitingParts(gauges.waiting, waiters, at, paint)),
    sheet.row('pressure', pressureParts(gauges, sheet.room, paint)),
    sheet.row('throughput', throughputParts(gauges, window, paint)),
    ...(isHigh
      ? [sheet.row('last minute', history(rates, `${formatCount(Math.max(0, ...rates))}/s`, sheet.room, paint))]
      : []),
    sheet.row('waited', latencyParts(window?.waitTimeUs, paint)),
    sheet.row('used', latencyParts(window?.useTimeUs, paint)),
    ...(isHigh
      ? [sheet.row('', history(slowest, `p99 ${formatLatency(Math.max(0, ...slowest))}`, sheet.room, paint))]
      : []),
    ...sheet.rows('requests', requestLines(window?.requests ?? [], isHigh ? MOST_REQUESTS : 1, sheet.room, paint)),
  ];
}

function pressureParts({ pressure, capacity }: Gauges, room: number, paint: Paint): Part[] {
  const free = { text: `${formatCount(capacity)} free at once`, paint: paint.dim };
  if (pressure === null) return [{ text: formatPressure(pressure) }, free];
  const colour = pressure > 0.5 ? paint.red : pressure > 0.4 ? paint.yellow : paint.green;
  const text = formatPressure(pressure);
  const width = Math.min(WIDEST_BAR, room - text.length - free.text.length - 4);
  return [bars(Math.max(0, width), [[pressure, '━', colour]], ['─', paint.dim]), { text }, free];
}

function throughputParts(gauges: Gauges, window: WindowPoint | undefined, paint: Paint): Part[] {
  const { checkouts, failedCheckouts } = gauges;
  return [
    { text: window === undefined ? '–' : `${formatRate(window.checkoutsPerSecond)} checkouts/s`, paint: paint.bold },
    ...(failedCheckouts === 0 ? [] : [{ text: `${formatCount(failedCheckouts)} failed`, paint: paint.red }]),
    { text: `${formatCount(checkouts)} so far`, paint: paint.dim },
  ];
}

function latencyParts(latency: LatencySummary | undefined, paint: Paint): Part[] {
  if (latency === undefined || latency.count === 0) return [{ text: '–', paint: paint.dim }];
  return [
    { text: `p50 ${formatUs(latency.p50)}` },
    { text: `p99 ${formatUs(latency.p99)}` },
    { text: `max ${formatUs(latency.max)}`, paint: paint.dim },
  ];
}

/** The last minute, a second each. */
function history(values: readonly number[], peak: string, room: number, paint: Paint): Part[] {
  const shown = values.slice(-Math.min(60, room));
  const most = Math.max(0, ...shown);
  const text = shown.length === 0 ? '' : sparkly([...shown], { minimum: 0, maximum: most > 0 ? most : 1 });
  return [{ text, paint: paint.cyan }, ...(most > 0 ? [{ text: `peak ${peak}`, paint: paint.dim }] : [])];
}

/** Those that are asked for most. */
function requestLines(requests: readonly RequestWindow[], lines: number, room: number, paint: Paint): string[] {
  const busiest = requests.toSorted((one, other) => other.tookUs.count - one.tookUs.count);
  return busiest
    .slice(0, lines)
    .map(({ method, tool, tookUs, failed }) =>
      fit(
        [
          { text: cut(oneLine(tool ?? method), 20).padEnd(Math.min(20, room)) },
          { text: `${formatRate(tookUs.rate)}/s` },
          ...(failed === 0 ? [] : [{ text: `${formatCount(failed)} failed`, paint: paint.red }]),
          ...latencyParts(tookUs, paint),
        ],
        room,
      ),
    );
}

function eventLines({ events }: Picture, withAll: boolean, lines: number, { width }: Sheet, paint: Paint): string[] {
  if (lines <= 1) return [];
  const shown = (withAll ? events : events.filter(isRare)).slice(1 - lines);
  const rows = shown.map((event) => {
    const [type, words] = momentParts(event, paint);
    return fit(
      [type, words].flatMap((part) => (part ? [{ ...part, text: cut(part.text, width - 17) }] : [])),
      width - 2,
    );
  });
  return ['', ...rows.map((row) => `  ${row}`)];
}

/** What answers there may be no dashboard of ours: a place that cannot be is left out. */
function kindsBySlot({ cells }: Picture): (CellKind | undefined)[] {
  const slots: (CellKind | undefined)[] = [];
  for (const [slot, cell] of cells) {
    if (!isSlot(slot)) continue;
    while (slots.length < slot) slots.push(undefined);
    slots[slot] = kindOfCell(cell);
  }
  return slots;
}
