import type { OnConnection } from '../../events/connection-event.ts';
import type { PoolEvent } from '../../events/pool-event.ts';
import { formatMs } from './format.ts';

type Type = PoolEvent['type'];
type Words = { readonly [T in Type]: (event: Extract<PoolEvent, { readonly type: T }>) => string };

/** Events that most of what happens in a busy pool consists of: those of each checkout, and of each health check. */
const busy: ReadonlySet<string> = new Set<Type>(['checkout', 'checkin', 'wait', 'leave', 'checking']);

/** Events that somebody had to suffer from, whatever else they say. */
const bad: ReadonlySet<string> = new Set<Type>([
  'connectFailed',
  'down',
  'destroy',
  'invalidCheckin',
  'leak',
  'strategyFailed',
  'refuse',
  'endpointsFailed',
  'endpointSetAside',
]);

/**
 * What an event says, for people; of a type that is not known, its name. Errors and names in it are as they came: whoever
 * shows the words has to make them harmless.
 */
export function wordsOf(event: PoolEvent): string {
  const inWords = isEventType(event.type) ? (words[event.type] as (event: PoolEvent) => string) : nameOf;
  return inWords(event);
}

/** All types of events. */
export function eventTypes(): readonly string[] {
  return Object.keys(words);
}

/** Whether there are events of this type. */
export function isEventType(type: string): type is Type {
  return Object.hasOwn(words, type);
}

/** Whether an event is one of those that stand out among the checkouts; a check that has found nothing is not. */
export function isRare({ type, healthy }: { readonly type: string; readonly healthy?: boolean }): boolean {
  return !busy.has(type) && healthy !== true;
}

/** Whether an event tells of something that went wrong. */
export function isBad(event: PoolEvent): boolean {
  if (event.type === 'health') return !event.healthy;
  if (event.type === 'leave') return event.reason !== 'cancelled';
  if (event.type === 'circuit') return event.circuit === 'open';
  if (event.type === 'allowance') return event.mode !== 'granted';
  return bad.has(event.type);
}

const words: Words = {
  opened: ({ minSize, maxSize, strategy }) => `a pool of ${minSize} to ${maxSize} connections, ${strategy}`,
  connecting: (event) => `${connectionOf(event)} is being opened`,
  up: ({ info, ...event }) => withText(`${connectionOf(event)} is up`, Object.values(info ?? {}).join(' ')),
  connectFailed: ({ error, ...event }) => withText(`${connectionOf(event)} could not be opened`, error),
  down: ({ error, ...event }) => withText(`${connectionOf(event)} died`, error),
  checking: (event) => `${connectionOf(event)} is being checked`,
  health: ({ healthy, error, tookMs, ...event }) =>
    healthy ? `${connectionOf(event)} is well${after(tookMs)}` : withText(`${connectionOf(event)} is not well`, error),
  notice: ({ note, ...event }) => withText(connectionOf(event), note),
  retire: ({ reason, ...event }) => `${connectionOf(event)} takes no more leases: ${reason}`,
  removed: (event) => `${connectionOf(event)} is closed`,
  endpointListed: ({ endpoint }) => `endpoint ${endpoint} is listed`,
  endpointUnlisted: ({ endpoint }) => `endpoint ${endpoint} is listed no longer`,
  endpointSetAside: ({ endpoint, until, at }) => `endpoint ${endpoint} is set aside for ${formatMs(until - at)}`,
  endpointBack: ({ endpoint }) => `endpoint ${endpoint} is back`,
  endpointsEnded: () => 'the list of endpoints changes no more',
  endpointsFailed: ({ error }) => withText('the list of endpoints failed', error),
  resting: ({ endpoint, until, at }) => `${placeOf(endpoint)} rests for ${formatMs(until - at)}`,
  rested: ({ endpoint }) => `${placeOf(endpoint)} has rested`,
  wait: ({ waiter, key, priority }) => `waiter ${waiter} joins the queue${keyOf(key)}${priorityOf(priority)}`,
  leave: ({ waiter, reason, key }) => `waiter ${waiter} leaves the queue: ${reason}${keyOf(key)}`,
  refuse: ({ reason }) => `a checkout is refused: ${reason}`,
  checkout: ({ waiter, waitedMs, lease, pin, ...event }) =>
    `${connectionOf(event)} gets lease ${lease}${waiter === null ? '' : ` for waiter ${waiter}${after(waitedMs)}`}${keyOf(pin)}`,
  checkin: ({ lease, usedMs, ...event }) => `lease ${lease} of ${connectionOf(event)} ends${after(usedMs)}`,
  destroy: ({ lease, usedMs, reason, ...event }) =>
    withText(`lease ${lease} ends${after(usedMs)} and so does ${connectionOf(event)}`, reason),
  invalidCheckin: ({ lease, reason }) =>
    reason === 'twice' ? `lease ${lease} is checked in twice` : `lease ${lease} is checked in after it was lost`,
  circuit: ({ circuit, retryAt, at }) =>
    `the circuit is ${circuit}${retryAt === 0 ? '' : `, next attempt in ${formatMs(retryAt - at)}`}`,
  resize: ({ size }) => `${size} connections are kept open from now on`,
  allowance: ({ limit, mode, error }) => withText(`${limit} connections are allowed from now on: ${mode}`, error ?? ''),
  sweep: () => 'the low-water mark of idle begins anew',
  leak: ({ lease, heldMs, ...event }) => `lease ${lease} of ${connectionOf(event)} is held for ${formatMs(heldMs)}`,
  strategyFailed: ({ error }) => withText('the strategy failed', error),
  drain: () => 'the pool is being closed',
  closed: () => 'every connection is gone',
};

function nameOf({ type }: PoolEvent): string {
  return type;
}

function connectionOf({ connection, endpoint }: Pick<OnConnection, 'connection' | 'endpoint'>): string {
  return `connection ${connection}${endpoint === undefined ? '' : ` to ${endpoint}`}`;
}

function placeOf(endpoint: string | undefined): string {
  return endpoint === undefined ? 'the pool' : `endpoint ${endpoint}`;
}

function keyOf(key: string | undefined): string {
  return key === undefined ? '' : `, key ${key}`;
}

function priorityOf(priority: number): string {
  return priority === 0 ? '' : `, priority ${priority}`;
}

function after(ms: number | undefined): string {
  return ms === undefined ? '' : ` after ${formatMs(ms)}`;
}

function withText(what: string, text: string): string {
  return text === '' ? what : `${what}: ${text}`;
}
