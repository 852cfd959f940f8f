import { InvalidArgumentError } from 'commander';

/** A rate that grows or falls evenly, in requests per second. */
export interface Ramp {
  readonly from: number;
  readonly to: number;
  readonly overMs: number;
}

/** What a sweep may vary. */
export type SweptFlag = (typeof sweptFlags)[number];

/** One run for each value of a flag. */
export interface Sweep {
  readonly flag: SweptFlag;
  readonly values: readonly number[];
}

const sweptFlags = ['max', 'min', 'clients', 'leases', 'rate'] as const;
const MOST_RATE = 100_000;
const MOST_RUNS = 8;
const MOST = 10_000;

/** Reads a rate in requests per second. */
export function rate(text: string): number {
  const value = numberIn(text);
  if (value > 0 && value <= MOST_RATE) return value;
  throw new InvalidArgumentError(`It must be a number of requests per second, at most ${MOST_RATE}`);
}

/** Reads a ramp such as `10:1000/60s`. */
export function ramp(text: string): Ramp {
  const [, from = '', to = '', seconds = ''] = /^([\d.]+):([\d.]+)\/([\d.]+)s$/.exec(text) ?? [];
  const [fromRate, toRate, overMs] = [numberIn(from), numberIn(to), 1000 * numberIn(seconds)];
  const isValid = fromRate >= 0 && fromRate <= MOST_RATE && toRate > 0 && toRate <= MOST_RATE && overMs > 0;
  if (isValid) return { from: fromRate, to: toRate, overMs };
  throw new InvalidArgumentError('It must be two rates and a time, such as 10:1000/60s');
}

/** Reads a sweep such as `max=1,2,4,8`. */
export function sweep(text: string): Sweep {
  const [, name = '', list = ''] = /^(\w+)=([\d.,]+)$/.exec(text) ?? [];
  const flag = sweptFlags.find((one) => one === name);
  const values = list.split(',').map(numberIn);
  if (flag === undefined || !values.every((value) => isValueOf(flag, value))) {
    throw new InvalidArgumentError(`It must be one of ${sweptFlags.join(', ')} and its values, such as max=1,2,4,8`);
  }
  if (values.length > MOST_RUNS) throw new InvalidArgumentError(`It may have ${MOST_RUNS} values at most`);
  return { flag, values };
}

function isValueOf(flag: SweptFlag, value: number): boolean {
  if (flag === 'rate') return value > 0 && value <= MOST_RATE;
  return Number.isInteger(value) && value >= (flag === 'min' ? 0 : 1) && value <= MOST;
}

/** `NaN` for anything that is no plain number. */
function numberIn(text: string): number {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
}
