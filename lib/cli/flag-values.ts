import { InvalidArgumentError } from 'commander';
import { splitCommandLine } from './command-line.ts';
import { messageOf } from '../base/thrown.ts';

/** Where a TCP server listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Reads a whole number within bounds. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}`);
  };
}

/** Reads seconds, fractions allowed, and gives milliseconds. */
export function seconds(text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 0.1 && value <= 3600) return Math.round(1000 * value);
  throw new InvalidArgumentError('It must be a number of seconds from 0.1 to 3600');
}

/** Reads the arguments of a tool. */
export function jsonObject(text: string): Readonly<Record<string, unknown>> {
  const value = parsed(text);
  if (isObject(value)) return value;
  throw new InvalidArgumentError('It must be a JSON object, such as {"message":"hi"}');
}

/** Reads `host:port`, with brackets around an IPv6 address. */
export function address(text: string): Address {
  const [, inBrackets, plain, digits] = /^(?:\[([^[\]]+)\]|([^:[\]\s]+)):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (port >= 1 && port <= 65_535) return { host: inBrackets ?? plain ?? '', port };
  throw new InvalidArgumentError('It must be host:port, such as 127.0.0.1:3000');
}

/** Reads the command line of a program. */
export function program(text: string): readonly string[] {
  try {
    return splitCommandLine(text);
  } catch (error) {
    throw new InvalidArgumentError(messageOf(error));
  }
}

/** Reads text that is not empty. */
export function text(value: string): string {
  if (value.trim() !== '') return value;
  throw new InvalidArgumentError('It must not be empty');
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch (error) {
    throw new InvalidArgumentError(`It must be a JSON object: ${messageOf(error)}`);
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Where a dashboard is when no port is named. */
export const DASHBOARD_PORT = 3400;
