import { cpuMs } from './cpu-ms.ts';
import type { RowAddress } from './opened-row.ts';
import type { Repeat, RowTable, Told } from './row.ts';

/** What a row answers when it has done what it was asked to do. */
export interface Answer extends Told {
  readonly ms: number;
  /** What the clock on the wall says, waiting included. */
  readonly wallMs: number;
}

/** Gets the row at this address ready, in this process. */
export async function repeatOf({ url, exportedAs, row, surroundings }: RowAddress): Promise<Repeat> {
  const { [exportedAs]: table } = (await import(url)) as Readonly<Record<string, RowTable | undefined>>;
  const repeat = await table?.rows.get(row)?.open(surroundings);
  if (repeat === undefined) throw new Error(`${url} has no row "${row}" in its ${exportedAs}`);
  return repeat;
}

/** Repeats it. Everybody else is idle meanwhile, so the processor time of the process is its own. */
export async function answerOf(repeat: Repeat, times: number): Promise<Answer> {
  const since = performance.now();
  const sinceCpu = cpuMs();
  const told = await repeat(times);
  const ms = cpuMs() - sinceCpu;
  return { ms, wallMs: performance.now() - since, ...(isTold(told) && told) };
}

function isTold(value: unknown): value is Told {
  return typeof value === 'object' && value !== null;
}
