import assert from 'node:assert/strict';
import type { ConnectionRecord, PoolEvent, PoolState } from '../../../lib/index.ts';
import type { Rule } from './rule.ts';

/** What decides when the pool may connect. */
export interface GrowthLimits {
  readonly maxConnecting: number;
  /** Whether all that is allowed is held, counting what the state has forgotten and what is still being closed. */
  readonly isUsedUp?: (() => boolean) | undefined;
}

/** A timer is that late, rounded up, and no more while nothing else runs. */
const ROUNDED_MS = 2;

/** I8, I6 as far as it is about connecting, and that failures are followed by a pause. */
export class Growth implements Rule {
  readonly #limits: GrowthLimits;
  /** Before this instant nothing may connect. */
  #closedUntil = -Infinity;
  /** A connect has failed, and no pause has begun yet. */
  #mustPause = false;

  constructor(limits: GrowthLimits) {
    this.#limits = limits;
  }

  after(event: PoolEvent, before: PoolState): void {
    const { type, at } = event;
    if (type === 'connecting') this.#expectJustified(before, at);
    if (type === 'retire' && (event.reason === 'resize' || event.reason === 'idle')) {
      assert(isAboveFloor(before), `I8 fewer than the floor (${event.reason})`);
    }
    if (type === 'connectFailed') this.#mustPause ||= before.circuit !== 'open' && !hasOthers(before, event.endpoint);
    // One that has come is tried at once.
    if (type === 'endpointListed') this.#closedUntil = -Infinity;
    if (type !== 'circuit') return;
    if (event.circuit === 'open') this.#expectPause(event.retryAt, at);
    if (event.circuit === 'closed') this.#closedUntil = -Infinity;
  }

  atRest(state: PoolState): void {
    if (state.phase !== 'open' || state.size >= state.allowed || state.circuit === 'open') return;
    if (!hasSomewhereToGo(state) || this.#limits.isUsedUp?.() === true) return;
    const isConnecting = state.connecting >= this.#mostConnecting(state);
    assert(isConnecting || !mustConnect(state, performance.now()), 'I6 nobody connects for those who wait');
  }

  #expectPause(retryAt: number, at: number): void {
    assert(retryAt > at, 'I8 a pause without a length');
    this.#closedUntil = retryAt;
    this.#mustPause = false;
  }

  #expectJustified(before: PoolState, at: number): void {
    assert.equal(before.phase, 'open', 'I8 a connect after close()');
    assert(before.size < before.allowed, 'I8 a connect that is not allowed');
    assert(before.connecting < this.#mostConnecting(before), 'I8 maxConnecting');
    assert(isBelowFloor(before) || exceedsConnecting(before, at) || before.moving > 0, 'I8 a connect for nobody');
    const isDeclined = before.connections.countAvailable() > 0 && !isBelowFloor(before) && before.moving === 0;
    assert(!isDeclined, 'I8 a connect for a strategy that declines what is free');
    assert(!this.#mustPause, 'I8 no pause after a connect that failed');
    assert(before.circuit !== 'open', 'I8 a connect while the circuit is open');
    assert(at >= this.#closedUntil - ROUNDED_MS, 'I8 a connect right after one that failed');
  }

  /** After a failure one attempt at a time finds out whether it works again. */
  #mostConnecting({ circuit }: PoolState): number {
    return circuit === 'halfOpen' ? 1 : this.#limits.maxConnecting;
  }
}

/** The floor is not reached, or a queue stands still. Where it moves, growing is a matter of judgement. */
function mustConnect(state: PoolState, now: number): boolean {
  if (isBelowFloor(state)) return true;
  if (!exceedsConnecting(state, now) || state.connections.countAvailable() > 0) return false;
  // Whoever has a connection of his own never gives it to another.
  if (state.hasPins) return true;
  const { idle, active, unhealthy, withheld, maxLeasesPerConnection, connects, checkins, destroyed } = state;
  const serving = (idle + active - unhealthy - withheld) * maxLeasesPerConnection;
  const isUnknown = connects === 0 || checkins + destroyed === 0;
  if (serving === 0 || isUnknown) return true;
  const movedAt = Math.max(state.waitingSince, state.returnedAt, state.upAt);
  return now > movedAt + state.connectMs + ROUNDED_MS;
}

/** Whether there are others: then one that fails is no reason to pause, and the circuit may stay closed. */
function hasOthers({ endpoints }: PoolState, failed: string | undefined): boolean {
  return endpoints.some(({ id }) => id !== failed);
}

function hasSomewhereToGo({ hasEndpoints, endpoints, restingUntil }: PoolState): boolean {
  if (!hasEndpoints) return restingUntil === 0;
  return endpoints.some((endpoint) => endpoint.setAsideUntil === 0 && endpoint.restingUntil === 0);
}

function isAboveFloor({ idle, active, connecting, floor }: PoolState): boolean {
  return idle + active + connecting > floor;
}

function isBelowFloor({ idle, active, connecting, floor }: PoolState): boolean {
  return idle + active + connecting < floor;
}

/** A connect that has taken four times what connects usually take, and 100 ms at the least, is no help. */
function exceedsConnecting(state: PoolState, now: number): boolean {
  const { hasPins, unpinnedKeys, waiting, connects, connectMs, maxLeasesPerConnection } = state;
  const patienceMs = connects === 0 ? Infinity : Math.max(100, 4 * connectMs);
  const isHelp = ({ status, createdAt }: ConnectionRecord) => status === 'connecting' && now - createdAt < patienceMs;
  return (hasPins ? unpinnedKeys : waiting) > [...state.connections].filter(isHelp).length * maxLeasesPerConnection;
}
