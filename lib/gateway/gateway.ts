import type { Observable, Subscription } from 'rxjs';
import type { McpPool } from '../mcp/mcp-pool.ts';
import type { AuditEvent } from './policy/audit.ts';
import type { GatewayServers } from './gateway-servers.ts';
import type { CallWatcher } from './policy/call-watch.ts';
import type { GatewayCounts } from './policy/gateway-counts.ts';
import type { PeerReport } from './replicas/peer-problems.ts';

/** A gateway that is being served. */
export interface Gateway {
  /** Where clients find it: `http://127.0.0.1:3000/mcp`. */
  readonly url: string;
  /** The port that it listens at, also where `port: 0` was asked for. */
  readonly port: number;
  /** The port on which the other nodes reach it, also where `replicas: { port: 0 }` was asked for; `undefined` without peers. */
  readonly peerPort: number | undefined;
  /** Where the admin page is: `http://127.0.0.1:3001/`. `undefined` without `admin`. */
  readonly adminUrl: string | undefined;
  /** What its pools are called together: `gateway`. */
  readonly name: string;
  /**
   * Tells of each request of a client, when it is over, of requests that were refused before they came so far, and of the end
   * of sessions. Never errors; completes when the gateway is closed. Nothing is measured as long as nobody listens.
   */
  readonly audit$: Observable<AuditEvent>;
  /** How much there is at this moment: sessions, requests; and how many requests were refused so far. */
  readonly counts: GatewayCounts;
  /** The pools that there are, then each other one as it is opened. Never errors; completes when the gateway is closed. */
  readonly pools$: Observable<McpPool>;
  /** How the other nodes are, where there are some; as each is asked every two seconds. */
  readonly peers: readonly PeerReport[];
  /**
   * Tells of another node that refuses what this one sends, or does not answer for ten seconds: once a minute, as long as that
   * lasts. Never errors; completes when the gateway is closed.
   */
  readonly peerProblems$: Observable<PeerReport>;
  /** The pools that there are now, each of which has the name of its server: one for each class of clients. */
  pools(): readonly McpPool[];
  /** Has this look at requests of clients from their beginning, until unsubscribed from: `instrumentGateway` does. */
  watchCalls(watcher: CallWatcher): Subscription;
  /**
   * Has these servers in place of `servers`. One whose entry is the same keeps its connections, and one that has changed gets
   * new ones; sessions stay, calls that are under way end where they are, and clients hear that lists have changed. Resolves
   * when the connections that are of no more use are closed, after `drainMs` at the latest; rejects for what makes no sense,
   * and where a `pool` is served, and then nothing has changed.
   */
  reload(servers: GatewayServers): Promise<void>;
  /**
   * Goes on for `preStopMs`, while `/readyz` says that no more should come. Then begins no session any more, ends the streams of those who only listen, waits for requests that are open, for as long as
   * `drainMs` says, cancels the rest and resolves when nothing is left, with the pools of `servers` closed; a `pool` that was given stays open. A second call gets the same promise.
   */
  close(): Promise<void>;
  /** For `await using`: the same as `close()`. */
  [Symbol.asyncDispose](): Promise<void>;
}
