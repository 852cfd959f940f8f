import { bars } from '../terminal/bars.ts';
import { fit } from '../terminal/fit.ts';
import { formatCount, formatUs } from '../../dashboard/shared/format.ts';
import type { Paint } from '../terminal/canvas.ts';
import type { RunSample } from './run-sample.ts';

const WIDEST_BAR = 40;
const LABEL_WIDTH = 12;
/** Steps within each power of ten. */
const STEPS = [1, 2, 5];

/** The latencies of a run as bars, from the fastest to the slowest, each row up to so much; empty without answers. */
export function histogramLines({ histogram, latencyUs }: RunSample, width: number, paint: Paint): string[] {
  const rows = rowsOf(histogram);
  const most = Math.max(0, ...rows.map(({ count }) => count));
  const room = Math.min(WIDEST_BAR, width - LABEL_WIDTH - 26);
  return rows.map(({ upToUs, count }) => {
    const bar = bars(Math.max(4, room), [[count / most, '█', paint.cyan]], ['·', paint.dim]);
    const share = `${((100 * count) / latencyUs.count).toFixed(count === latencyUs.count ? 0 : 2)} %`;
    const label = `≤ ${formatUs(upToUs)}`.padStart(LABEL_WIDTH);
    return fit(
      [{ text: label, paint: paint.dim }, bar, { text: share.padStart(8) }, { text: formatCount(count) }],
      width,
    );
  });
}

/** Rows of the steps 1, 2, 5, 10, ...; those between two that have counts are kept, for a gap tells something. */
function rowsOf(histogram: RunSample['histogram']): { readonly upToUs: number; readonly count: number }[] {
  const rows: { upToUs: number; count: number }[] = [];
  for (const [upToUs, count] of histogram) {
    let row = rows.at(-1);
    while (row === undefined || row.upToUs < upToUs) {
      row = { upToUs: row === undefined ? stepFor(upToUs) : stepFor(row.upToUs + 1), count: 0 };
      rows.push(row);
    }
    row.count += count;
  }
  return rows;
}

/** The lowest step that is not below the value. */
function stepFor(us: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, us)));
  return power * (STEPS.find((step) => step * power >= us) ?? 10);
}
