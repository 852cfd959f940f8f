import { constants } from 'node:buffer';

const longestTimerMs = 2 ** 31 - 1;
/** The instant of each is kept for a second. */
const mostLinesPerSecond = 1_000_000;

/** What every transport bounds; absent means the default. */
export interface LineLimits {
  /** Bytes that one message of the peer may have: 10 MiB. A longer one ends the connection. */
  readonly maxMessageBytes?: number;
  /** Bytes that may wait for a peer who does not read: 64 MiB. Beyond, `send` rejects. */
  readonly maxBufferedBytes?: number;
  /** Lines within a second that are no messages, beyond which a pool retires the connection: 100; 0 or Infinity: never. */
  readonly maxGarbageLinesPerSecond?: number;
}

/** Throws a RangeError where a limit is not a positive whole number, or is longer than a string can be. */
export function checkLimits(limits: LineLimits): void {
  if (limits.maxMessageBytes !== undefined) checkBytes('maxMessageBytes', limits.maxMessageBytes);
  if (limits.maxBufferedBytes !== undefined) checkBytes('maxBufferedBytes', limits.maxBufferedBytes);
  if (limits.maxGarbageLinesPerSecond !== undefined) checkRate(limits.maxGarbageLinesPerSecond);
}

/**
 * A duration in milliseconds; 0 and `Infinity` both mean "off" and give `Infinity`.
 * Throws a RangeError for what a timer of Node would quietly turn into 1 ms.
 */
export function checkDurationMs(name: string, value: number): number {
  if (value === 0 || value === Infinity) return Infinity;
  if (value > 0 && value <= longestTimerMs) return value;
  throw new RangeError(`${name} must be from 0 to ${longestTimerMs} ms or Infinity: ${value}`);
}

/** Throws a TypeError unless it is a string with something in it. */
export function checkText(name: string, value: unknown): void {
  if (typeof value !== 'string' || value === '')
    throw new TypeError(`${name} must be a non-empty string: ${show(value)}`);
  if (value.includes('\0')) throw new TypeError(`${name} must not contain a NUL character: ${show(value)}`);
}

/** Throws a RangeError unless it is a TCP port; 0 is one only where `lowest` allows it. */
export function checkPort(value: number, lowest: 0 | 1): void {
  if (Number.isInteger(value) && value >= lowest && value <= 65_535) return;
  throw new RangeError(`port must be a whole number from ${lowest} to 65535: ${show(value)}`);
}

function checkBytes(name: string, value: number): void {
  if (Number.isInteger(value) && value > 0 && value <= constants.MAX_STRING_LENGTH) return;
  throw new RangeError(`${name} must be a whole number from 1 to ${constants.MAX_STRING_LENGTH}: ${show(value)}`);
}

function checkRate(value: number): void {
  if (value === Infinity || (Number.isInteger(value) && value >= 0 && value <= mostLinesPerSecond)) return;
  const range = `a whole number from 0 to ${mostLinesPerSecond}, or Infinity`;
  throw new RangeError(`maxGarbageLinesPerSecond must be ${range}: ${show(value)}`);
}

function show(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
