import type { ConnectionAccount } from '../why/connection-account.ts';
import type { LeaseAccount } from '../why/lease-account.ts';
import type { WaitAccount } from '../errors.ts';
import type { PoolEvent } from '../events/pool-event.ts';
import type { RequestWindow } from '../mcp/requests/request-metrics.ts';
import type { HealthFacts } from '../metrics/health.ts';
import type { WindowMetrics, Windows } from '../metrics/window-metrics.ts';
import type { EndpointRecord } from '../state/endpoint-record.ts';
import type { ConnectionStatus, PoolState, Totals, Waiter } from '../state/pool-state.ts';

/*
 * What a dashboard's server says, all of it JSON and all of it by GET:
 *
 *   /api/pools                              PoolList
 *   /api/stream?pool=ID                     server-sent events, see StreamEvents
 *   /api/why?pool=ID&connection=ID          WhyAnswer; `waiter` or `lease` in place of `connection`
 *   /api/history?pool=ID                    HistoryRange
 *   /api/history?pool=ID&version=VERSION    HistoryPoint; `after=VERSION`, for the next one, or `at=MS` in place of `version`
 *   /api/seconds?pool=ID                    SecondList
 *   /api/export?pool=NAME                   a file: see the README
 *
 * The paths begin where the dashboard is mounted. HEAD is answered as GET is, without the content.
 *
 * Instants (`at`, `since`, names in `At`) are milliseconds of the monotonic clock of the pool's process. What is wrong with a
 * request is told as a Failure, with status 400, 403, 404 or 405.
 */

/** The answer of `/api/pools`: every pool that is served, those that are being closed included. */
export interface PoolList {
  /** One summary for each pool. */
  readonly pools: readonly PoolSummary[];
  /** Other processes that serve the same; absent where none are known, and in a stream. */
  readonly peers?: readonly PeerFigures[];
}

/** How another process is that serves the same: a replica of a gateway. */
export interface PeerFigures {
  /** Where it is. */
  readonly url: string;
  /** `refusing`: it answers, and takes nothing of what is sent; `asking`: it was not asked yet. */
  readonly status: 'up' | 'down' | 'refusing' | 'asking';
  /** Why it is `down` or `refusing`. */
  readonly error?: string;
}

/** One pool in a list. */
export interface PoolSummary {
  /** By which it is asked for; two pools may have the same name. Never used again. */
  readonly id: number;
  /** The pool's name. */
  readonly name: string;
  /** How the pool stands. */
  readonly gauges: Gauges;
  /** What it did in the last minute, as far as it was recorded; an older version does not tell it. */
  readonly recent?: RecentFigures;
  /** Its endpoints, those in trouble first; absent where it has none. */
  readonly endpoints?: readonly EndpointFigures[];
}

/** How one endpoint of a pool stands, and what the connections to it do. */
export interface EndpointFigures {
  /** The id given in the list of `endpoints$`. */
  readonly id: string;
  /**
   * `aside`: after failures nothing is opened or leased there for `restMs`; `resting`: the same, because its server asked for a
   * pause; `failing`: it has failed and not worked since; `unlisted`: it is left over of an earlier list.
   */
  readonly status: 'ok' | 'failing' | 'resting' | 'aside' | 'unlisted';
  /** Failures in a row. */
  readonly failures: number;
  /** For how long it is not used yet, in milliseconds; 0 where it is used. */
  readonly restMs: number;
  /** Connections that are idle or active. */
  readonly open: number;
  /** Connections that are leased. */
  readonly active: number;
  /** Connections that are being opened. */
  readonly connecting: number;
  /** Leases that go on. */
  readonly leases: number;
  /** Requests over the connections that there are now. */
  readonly requests: number;
  /** How many of them failed. */
  readonly failed: number;
}

/** What a pool did in the last minute. */
export interface RecentFigures {
  /** The 99th percentile of the time of leases in the last second, in microseconds; `null` where there were none. */
  readonly useP99: number | null;
  /** Checkouts, connects and health checks that failed, and connections that died. */
  readonly failuresPerMinute: number;
  /** Checkouts in each second, the newest last. */
  readonly checkouts: readonly number[];
}

/**
 * The events of `/api/stream`: first `snapshot`, then up to ten times a second `frame`, where something has changed or a
 * window has ended, and at last `gone`. `pools` comes after the snapshot and whenever pools have come or gone.
 */
export interface StreamEvents {
  /** All that is shown, once, at the beginning. */
  readonly snapshot: ViewSnapshot;
  /** What has changed since. */
  readonly frame: Frame;
  /** The list of pools, after the snapshot and whenever it has changed. */
  readonly pools: PoolList;
  /** The pool is served no longer; nothing follows. */
  readonly gone: {
    /** The id of the pool. */
    readonly pool: number;
  };
}

/** How a pool stands, but for its connections and waiters one by one. */
export interface Gauges
  extends
    Totals,
    Pick<
      PoolState,
      | 'phase'
      | 'strategy'
      | 'minSize'
      | 'maxSize'
      | 'allowed'
      | 'floor'
      | 'maxLeasesPerConnection'
      | 'maxWaiting'
      | 'size'
      | 'idle'
      | 'active'
      | 'connecting'
      | 'closing'
      | 'unhealthy'
      | 'withheld'
      | 'pinned'
      | 'waiting'
      | 'circuit'
      | 'connectFailures'
      | 'retryAt'
      | 'restingUntil'
    > {
  /** How well the pool can serve, and why. */
  readonly health: HealthFacts;
  /** How close the pool is to turning requests away, 0 to 1; null in the past where it is not known. */
  readonly pressure: number | null;
  /** How many checkouts would have a connection at once. */
  readonly capacity: number;
}

/**
 * One connection, short, for there may be a thousand in a frame. `mark` is why an idle or active one
 * gets no leases, or only those of its key;
 * `endpoint` is absent where the pool has none. Instants are whole milliseconds.
 */
export type Cell = readonly [
  slot: number,
  id: number,
  status: ConnectionStatus,
  mark: '' | 'unhealthy' | 'withheld' | 'pinned',
  leases: number,
  requestCount: number,
  failureCount: number,
  createdAt: number,
  lastUsedAt: number,
  endpoint?: string,
];

/** All that is shown of a pool at one version. */
export interface View {
  /** The id of the pool, as in `PoolSummary`. */
  readonly pool: number;
  /** The version of the state that is shown. */
  readonly version: number;
  /** When it was looked at; in the past, when the version was made. */
  readonly at: number;
  /** The counts of the pool at this version. */
  readonly gauges: Gauges;
  /** In a frame: those that have changed. */
  readonly cells: readonly Cell[];
  /** The first fifty in the order in which they will be served; `gauges.waiting` is how many there are. */
  readonly waiters: readonly Waiter[];
  /** In a frame: absent while they have not changed. */
  readonly endpoints?: readonly EndpointRecord[];
}

/** What a stream begins with. */
export interface ViewSnapshot extends View {
  /** The pool's name. */
  readonly name: string;
  /** When the monotonic clock was 0, in milliseconds of the wall clock. */
  readonly timeOrigin: number;
  readonly endpoints: readonly EndpointRecord[];
  /** The last ones, from while anybody watched. */
  readonly windows: readonly WindowPoint[];
  /** The last events before the snapshot; rare ones from longer ago than those of each checkout. */
  readonly events: EventSample;
  /** As in `Frame`. */
  readonly isSampled?: boolean;
  /** All that went wrong while it was recorded, the newest last; an older version does not tell it. */
  readonly troubles?: readonly Trouble[];
  /** Whether `/api/history` has a past to show. */
  readonly hasHistory: boolean;
  /** What of the past can be shown now; absent where nothing. */
  readonly history?: HistoryRange;
}

/** What has changed since the frame before, or since the snapshot. A reader who is slow gets fewer, of longer times. */
export interface Frame extends View {
  /** Slots that are empty now. */
  readonly emptied: readonly number[];
  /** What has happened since the frame before. */
  readonly events: EventSample;
  /**
   * Whether leases are looked at in bursts, four times a second, because there are more than 20 000 a second. What is told of
   * leases one by one, how long they lasted, and what can be looked back at are of the bursts then; all else is exact.
   */
  readonly isSampled?: boolean;
  /** What went wrong since, each kind with its whole count; absent where nothing did. */
  readonly troubles?: readonly Trouble[];
  /** Those that have ended since. */
  readonly windows: readonly WindowPoint[];
  /** What of the past can be shown now; absent where nothing. */
  readonly history?: HistoryRange;
}

/** Some of the events since the frame before, in order: those that are rare go before those of each checkout. */
export interface EventSample {
  /** The events that are told one by one. */
  readonly list: readonly PoolEvent[];
  /** How many are not in the list. */
  readonly leftOut: number;
}

/** Something that went wrong, as often as it did. Instants are of the pool's monotonic clock, in milliseconds. */
export interface Trouble {
  /** Of this kind of trouble, in its pool. */
  readonly id: number;
  /** What happened: `connect failed`. */
  readonly what: string;
  /** The newest cause as it came, in full; empty where there is none. */
  readonly cause: string;
  /** How often it happened. */
  readonly count: number;
  /** When it happened first. */
  readonly firstAt: number;
  /** When it happened last. */
  readonly lastAt: number;
  /** The version that the newest event of it made. */
  readonly version: number;
}

/** A window of metrics that has ended; latencies are in microseconds. */
export interface WindowPoint extends Windows {
  /** When it ended. */
  readonly at: number;
  /** Connections that were leased when it ended. */
  readonly active: number;
  /** All connections when it ended. */
  readonly size: number;
  /** Checkouts in the queue when it ended. */
  readonly waiting: number;
  /** By method and tool, where the pool tells of requests. */
  readonly requests?: readonly RequestWindow[];
  /** The same window, short; an older version does not tell it. */
  readonly second?: Second;
}

/** The answer of `/api/seconds`: what the pool did in the last hour, as far as it was recorded. */
export interface SecondList {
  /** The id of the pool, as in `PoolSummary`. */
  readonly pool: number;
  /** The newest last. Between two that are equal and further apart than a second nothing has changed. */
  readonly seconds: readonly Second[];
}

/** A second of a pool. Latencies are in microseconds, `null` where nothing was measured. */
export interface Second {
  /** When it ended. */
  readonly at: number;
  /** True for the first one after a time in which nothing was recorded. */
  readonly begins?: true;
  /** Leases that began, per second. */
  readonly checkouts: number;
  /** The median of the time from the call of `checkout` to the lease. */
  readonly waitP50: number | null;
  /** Its 99th percentile. */
  readonly waitP99: number | null;
  /** The median of the time from the start of a lease to its end. */
  readonly useP50: number | null;
  /** Its 99th percentile. */
  readonly useP99: number | null;
  /** All connections when it ended. */
  readonly size: number;
  /** Connections that were leased when it ended. */
  readonly active: number;
  /** Checkouts in the queue when it ended. */
  readonly waiting: number;
  /** What happened in it besides. */
  readonly counts: SecondCounts;
  /** How long leases lasted, for the heat map: a step and how many fell into it, in turn. Four steps are a power of ten. */
  readonly uses: readonly number[];
}

/** What happened in a second, counted. */
export type SecondCounts = Pick<
  Totals,
  'failedCheckouts' | 'connects' | 'failedConnects' | 'deaths' | 'healthCheckFailures' | 'leaks'
> & {
  /** Health checks that have ended, good and bad ones. */
  readonly checks: number;
};

/** The parts of a window that are latencies. */
export type LatencyName = Exclude<keyof WindowMetrics, 'checkoutsPerSecond'>;

/** The answer of `/api/why`: null for what is gone. */
export interface WhyAnswer {
  /** The account of the connection, waiter or lease. */
  readonly account: WaitAccount | LeaseAccount | ConnectionAccount | null;
}

/** The versions that can be shown. */
export interface HistoryRange {
  /** The id of the pool, as in `PoolSummary`. */
  readonly pool: number;
  /** The first version that can be shown. */
  readonly from: number;
  /** The last version that can be shown. */
  readonly to: number;
  /** When the first and the last of them were made. */
  readonly fromAt: number;
  /** When the last of them was made. */
  readonly toAt: number;
}

/** What is kept of the pool each second, for time travel. */
export interface KeyframeView extends View {
  readonly endpoints: readonly EndpointRecord[];
}

/** The pool as it was; of a version that is not kept any more, the nearest one. */
export interface HistoryPoint extends View {
  /** The versions that can be shown now. */
  readonly range: HistoryRange;
  /** The event that made this version; null where it is not kept, which is so of the first. */
  readonly event: PoolEvent | null;
  /** What had gone wrong by then, the newest last; an older version does not tell it. */
  readonly troubles?: readonly Trouble[];
  /** The last events up to this version; of long ago the rare ones only. */
  readonly events: EventSample;
  readonly endpoints: readonly EndpointRecord[];
}

/** What is wrong with a request. */
export interface Failure {
  readonly error: string;
}
