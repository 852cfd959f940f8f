import { constants } from 'node:buffer';
import { LONGEST_TIMER_MS } from '../../base/durations.ts';
import type { OptionNames } from '../../base/known-options.ts';

/** The highest rate that can be set: the instant of each message is kept for a second. */
const MOST_COUNTED = 1_000_000;
/** The deepest nesting that can be allowed: the depth is found by recursion. */
const MOST_DEPTH = 1000;

/** Limits for the messages of any peer; absent means the default. */
export interface MessageLimits {
  /** Bytes that one message of the peer may have: 10 MiB. A longer one ends the connection. */
  readonly maxMessageBytes?: number;
  /** Arrays and objects within each other that a message of the peer may have: 100. A deeper one ends the connection. */
  readonly maxMessageDepth?: number;
  /** Lines within a second that are no messages, beyond which a pool retires the connection: 100; 0 or Infinity: never. */
  readonly maxGarbageLinesPerSecond?: number;
}

/** Limits for what a server sends. */
export interface ServerLimits {
  /**
   * Notifications, requests and answers to nothing that was asked, of the server within a second, beyond which a pool
   * retires the connection: 1000; 0 or Infinity: never.
   */
  readonly maxServerMessagesPerSecond?: number;
}

/** Limits of the transports that send lines. */
export interface LineLimits extends MessageLimits {
  /** Bytes that may wait for a peer who does not read: 64 MiB. Beyond, `send` rejects. */
  readonly maxBufferedBytes?: number;
}

/** Limits for what a client sends. */
export interface ClientLimits {
  /** Messages of one client within a second, beyond which its connection is ended; Infinity when left out, as with 0. */
  readonly maxMessagesPerSecond?: number;
}

/** Throws a RangeError where a limit is not a whole number in its range, or is longer than a string can be. */
export function checkLimits(limits: LineLimits & ServerLimits & ClientLimits): void {
  checkWhole('maxMessageBytes', limits.maxMessageBytes, 1, constants.MAX_STRING_LENGTH);
  checkWhole('maxBufferedBytes', limits.maxBufferedBytes, 1, constants.MAX_STRING_LENGTH);
  checkWhole('maxMessageDepth', limits.maxMessageDepth, 1, MOST_DEPTH);
  checkCount('maxGarbageLinesPerSecond', limits.maxGarbageLinesPerSecond);
  checkCount('maxServerMessagesPerSecond', limits.maxServerMessagesPerSecond);
  checkCount('maxMessagesPerSecond', limits.maxMessagesPerSecond);
}

/**
 * A duration in milliseconds; 0 and `Infinity` both mean "off" and give `Infinity`.
 * Throws a RangeError for what a timer of Node would quietly turn into 1 ms, a TypeError for what is no number.
 */
export function checkDurationMs(name: string, value: number): number {
  if (value === 0 || value === Infinity) return Infinity;
  if (typeof value !== 'number') throw new TypeError(`${name} must be a number of milliseconds: ${show(value)}`);
  if (value > 0 && value <= LONGEST_TIMER_MS) return value;
  throw new RangeError(`${name} must be from 0 to ${LONGEST_TIMER_MS} ms or Infinity: ${value}`);
}

/** Throws a TypeError unless it is a string with something in it. */
export function checkText(name: string, value: unknown): void {
  if (typeof value !== 'string' || value === '')
    throw new TypeError(`${name} must be a non-empty string: ${show(value)}`);
  if (value.includes('\0')) throw new TypeError(`${name} must not contain a NUL character: ${show(value)}`);
}

/** Throws a RangeError unless it is a TCP port; 0 is one only where `lowest` allows it. */
export function checkPort(value: number | undefined, lowest: 0 | 1): asserts value is number {
  if (value === undefined || !isWhole(value, lowest, 65_535)) throw outOfRange('port', value, lowest, 65_535);
}

/** Throws a RangeError unless it is absent or a whole number in the range, both ends included. */
function checkWhole(name: string, value: number | undefined, lowest: number, highest: number): void {
  if (value !== undefined && !isWhole(value, lowest, highest)) throw outOfRange(name, value, lowest, highest);
}

function isWhole(value: number, lowest: number, highest: number): boolean {
  return Number.isInteger(value) && value >= lowest && value <= highest;
}

function outOfRange(name: string, value: unknown, lowest: number, highest: number): RangeError {
  return new RangeError(`${name} must be a whole number from ${lowest} to ${highest}: ${show(value)}`);
}

/** Throws a RangeError unless it is absent, a whole number that can be kept count of, or Infinity. */
export function checkCount(name: string, value: number | undefined): void {
  if (value === undefined || value === Infinity) return;
  if (Number.isInteger(value) && value >= 0 && value <= MOST_COUNTED) return;
  throw new RangeError(`${name} must be a whole number from 0 to ${MOST_COUNTED}, or Infinity: ${show(value)}`);
}

function show(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

/** The default of `maxMessageBytes`: 10 MiB, the SDK's own limit. */
export const DEFAULT_MAX_MESSAGE_BYTES: number = 10 * 1024 * 1024;

/** The options that every transport has. */
export const messageNames: OptionNames<MessageLimits & ServerLimits> = {
  maxMessageBytes: true,
  maxMessageDepth: true,
  maxGarbageLinesPerSecond: true,
  maxServerMessagesPerSecond: true,
};

/** The options of the transports that send lines. */
export const lineNames: OptionNames<LineLimits & ServerLimits> = { ...messageNames, maxBufferedBytes: true };
