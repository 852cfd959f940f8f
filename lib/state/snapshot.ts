import type { AllowanceMode } from '../events/allowance.ts';
import type { CircuitStatus } from '../events/pool-event.ts';
import { ConnectionTable } from './connection-table.ts';
import type { EndpointRecord } from './endpoint-record.ts';
import { EndpointTable } from './endpoint-table.ts';
import type { NextRequest, Phase, PoolState, PoolStateJson } from './pool-state.ts';
import { showAs } from '../base/show-as.ts';
import { WaiterQueue } from './waiter-queue.ts';

/**
 * The pool's state as the reducer sees it: edited in place for as long as nobody else holds it. `handOut` freezes it,
 * in constant time; after that `draft` returns a copy for the next change.
 */
export class Snapshot implements PoolState {
  version = 0;
  name = '';
  strategy = '';
  phase: Phase = 'open';
  minSize = 0;
  maxSize = 0;
  allowed = 0;
  allowedBy: AllowanceMode | null = null;
  floor = 0;
  maxLeasesPerConnection = 1;
  unhealthyAfter = 1;
  maxWaiting = 0;
  idle = 0;
  active = 0;
  connecting = 0;
  closing = 0;
  unhealthy = 0;
  withheld = 0;
  hasPins = false;
  pinned = 0;
  unpinnedKeys = 0;
  hasEndpoints = false;
  endpointsEnded = false;
  moving = 0;
  restingUntil = 0;
  waitingSince = 0;
  surplus = 0;
  lowIdle = 0;
  lowIdleBefore: readonly number[] = [];
  connectFailures = 0;
  circuit: CircuitStatus = 'closed';
  retryAt = 0;
  lastError = '';
  healthSince = 0;
  connectMs = 0;
  useMs = 0;
  returnedAt = 0;
  upAt = 0;
  latencyDecayMs = 0;
  endedBefore = 0;
  grownFrom = 0;
  grownFromUseMs = 0;
  seed = 0;
  cursor = 0;
  checkouts = 0;
  checkins = 0;
  destroyed = 0;
  lost = 0;
  failedCheckouts = 0;
  invalidCheckins = 0;
  healthCheckFailures = 0;
  strategyFailures = 0;
  timeouts = 0;
  connects = 0;
  failedConnects = 0;
  deaths = 0;
  leaks = 0;
  waitedMs = 0;
  readonly connections: ConnectionTable;
  readonly waiters: WaiterQueue;
  #endpoints: EndpointTable;
  #ownsEndpoints = true;
  #handedOut = false;
  /** A checkout that is being served without having waited. */
  #request: NextRequest | undefined;

  constructor(
    connections: ConnectionTable = new ConnectionTable(),
    waiters: WaiterQueue = new WaiterQueue(),
    endpoints: EndpointTable = new EndpointTable(),
  ) {
    this.connections = connections;
    this.waiters = waiters;
    this.#endpoints = endpoints;
  }

  get size(): number {
    return this.idle + this.active + this.connecting + this.closing;
  }

  get waiting(): number {
    return this.waiters.length;
  }

  get endpoints(): readonly EndpointRecord[] {
    return this.#endpoints.list();
  }

  /** The endpoints, for lookups. */
  get endpointTable(): EndpointTable {
    return this.#endpoints;
  }

  /** The endpoints, for editing. They change rarely: a copy of the state shares the table until then. */
  editEndpoints(): EndpointTable {
    if (!this.#ownsEndpoints) this.#endpoints = this.#endpoints.fork();
    this.#ownsEndpoints = true;
    return this.#endpoints;
  }

  get next(): NextRequest | undefined {
    return this.#request ?? this.waiters.first;
  }

  /** Marks it as held by somebody else: from here on it never changes. */
  handOut(): this {
    this.#handedOut = true;
    return this;
  }

  /** The state to edit: this one, or a copy that shares its tables if this one was handed out. */
  draft(): Snapshot {
    if (!this.#handedOut) return this;
    return this.#copy();
  }

  /** A copy of this state with `request` as the next one to be served. Both are handed out. */
  serving(request: NextRequest): PoolState {
    const view = this.handOut().#copy();
    view.#request = request;
    return view.handOut();
  }

  toJSON(): PoolStateJson {
    const { connections, waiters, ...fields } = this;
    const { size, endpoints, waiting, next } = this;
    const derived = { size, endpoints, waiting, ...(next === undefined ? {} : { next }) };
    return { ...fields, ...derived, waiters: [...waiters], connections: [...connections] };
  }

  #copy(): Snapshot {
    const copy = new Snapshot(this.connections.fork(), this.waiters.fork(), this.#endpoints);
    copy.version = this.version;
    copy.name = this.name;
    copy.strategy = this.strategy;
    copy.phase = this.phase;
    copy.maxLeasesPerConnection = this.maxLeasesPerConnection;
    copy.unhealthyAfter = this.unhealthyAfter;
    copy.maxWaiting = this.maxWaiting;
    copy.idle = this.idle;
    copy.active = this.active;
    copy.connecting = this.connecting;
    copy.closing = this.closing;
    copy.unhealthy = this.unhealthy;
    copy.withheld = this.withheld;
    copy.waitingSince = this.waitingSince;
    copy.surplus = this.surplus;
    copy.lowIdle = this.lowIdle;
    copy.lowIdleBefore = this.lowIdleBefore;
    copy.connectFailures = this.connectFailures;
    copy.circuit = this.circuit;
    copy.retryAt = this.retryAt;
    copy.connectMs = this.connectMs;
    copy.useMs = this.useMs;
    copy.returnedAt = this.returnedAt;
    copy.upAt = this.upAt;
    copy.latencyDecayMs = this.latencyDecayMs;
    copy.endedBefore = this.endedBefore;
    copy.grownFrom = this.grownFrom;
    copy.grownFromUseMs = this.grownFromUseMs;
    copy.seed = this.seed;
    copy.cursor = this.cursor;
    this.#copyConnecting(copy);
    this.#copyTotals(copy);
    return copy;
  }

  /** What decides about connecting: sizes, pins, endpoints. */
  #copyConnecting(copy: Snapshot): void {
    copy.minSize = this.minSize;
    copy.maxSize = this.maxSize;
    copy.allowed = this.allowed;
    copy.allowedBy = this.allowedBy;
    copy.floor = this.floor;
    copy.hasPins = this.hasPins;
    copy.pinned = this.pinned;
    copy.unpinnedKeys = this.unpinnedKeys;
    copy.hasEndpoints = this.hasEndpoints;
    copy.#ownsEndpoints = false;
    copy.endpointsEnded = this.endpointsEnded;
    copy.moving = this.moving;
    copy.restingUntil = this.restingUntil;
    copy.lastError = this.lastError;
    copy.healthSince = this.healthSince;
  }

  #copyTotals(copy: Snapshot): void {
    copy.checkouts = this.checkouts;
    copy.checkins = this.checkins;
    copy.destroyed = this.destroyed;
    copy.lost = this.lost;
    copy.failedCheckouts = this.failedCheckouts;
    copy.invalidCheckins = this.invalidCheckins;
    copy.healthCheckFailures = this.healthCheckFailures;
    copy.strategyFailures = this.strategyFailures;
    copy.timeouts = this.timeouts;
    copy.connects = this.connects;
    copy.failedConnects = this.failedConnects;
    copy.deaths = this.deaths;
    copy.leaks = this.leaks;
    copy.waitedMs = this.waitedMs;
  }
}

/** For `console.log`: the fields that people look for first. The whole state is `toJSON()`. */
showAs(Snapshot, 'PoolState', (state) => {
  const { name, version, phase, strategy, size, minSize, maxSize, idle, active, connecting, closing, unhealthy } =
    state;
  const { waiting, circuit, connectFailures, checkouts, failedCheckouts } = state;
  const sizes = { size, minSize, maxSize, idle, active, connecting, closing, unhealthy, waiting };
  return { name, version, phase, strategy, ...sizes, circuit, connectFailures, checkouts, failedCheckouts };
});
