import { readFile } from 'node:fs/promises';
import { messageOf } from '../../base/thrown.ts';
import { CommandError } from '../command-error.ts';

/** What a comparison needs of the report of a load: what `mcp-pool load --json` has written. */
export interface LoadReport {
  readonly file: string;
  readonly runs: readonly ReportedRun[];
  /** How it was made: the tool, its arguments and the options, as JSON by name. */
  readonly setting: Readonly<Record<string, string>>;
}

/** One run of it. */
export interface ReportedRun {
  readonly run: string;
  readonly requests: number;
  readonly failed: number;
  readonly seconds: readonly ReportedSecond[];
}

/** One second of a run; latencies in microseconds. */
interface ReportedSecond {
  readonly succeeded: number;
  readonly p50: number;
  readonly p99: number;
}

/** Reads a report. Rejects with a `CommandError` where the file cannot be read or is none. */
export async function readReport(file: string): Promise<LoadReport> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new CommandError(`cannot read ${file}: ${messageOf(error)}`);
  });
  const report = Object(parsed(text)) as Partial<Record<string, unknown>>;
  const { command, runs } = report;
  if (command === 'load' && Array.isArray(runs) && runs.length > 0 && runs.every(isRun)) {
    return { file, runs, setting: settingOf(report) };
  }
  throw new CommandError(`${file} is no report of mcp-pool load --json`);
}

function settingOf({ tool, arguments: given, options }: Partial<Record<string, unknown>>): LoadReport['setting'] {
  const all = { tool, arguments: given, ...Object(options) } as Record<string, unknown>;
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [name, JSON.stringify(value ?? null)]));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isRun(value: unknown): value is ReportedRun {
  const { run, requests, failed, seconds } = Object(value) as Partial<Record<keyof ReportedRun, unknown>>;
  const hasCounts = typeof run === 'string' && isCount(requests) && isCount(failed);
  return hasCounts && Array.isArray(seconds) && seconds.every(isSecond);
}

function isSecond(value: unknown): value is ReportedSecond {
  const { succeeded, p50, p99 } = Object(value) as Partial<Record<keyof ReportedSecond, unknown>>;
  return isCount(succeeded) && isCount(p50) && isCount(p99);
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
