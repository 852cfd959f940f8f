import type { JSONRPCMessage } from '@modelcontextprotocol/client';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { AsyncSubject, NEVER, type Observable, Subscription, takeUntil } from 'rxjs';
import { LONGEST_TIMER_MS } from '../base/durations.ts';
import { messageOf } from '../base/thrown.ts';
import type { Admin } from './admin/serve-admin.ts';
import type { Gateway } from './gateway.ts';
import { type GatewayOptions, type ResolvedGateway, resolveGateway } from './gateway-options.ts';
import { poolsOf, poolsOf$ } from './gateway-pools.ts';
import { type GatewayServers, gatewayServers } from './gateway-servers.ts';
import { admissionOf } from './http/admission.ts';
import { Authentication } from './http/authentication.ts';
import { Heart } from './http/event-stream.ts';
import { HttpFront } from './http/front.ts';
import { httpServer } from './http/http-server.ts';
import { LegacyFront } from './http/legacy-front.ts';
import { ModernFront } from './http/modern-front.ts';
import { Refusals } from './http/refusals.ts';
import { ReplicaRoutes } from './http/replica-routes.ts';
import { Sessions } from './http/sessions.ts';
import type { McpPool } from '../mcp/mcp-pool.ts';
import { Audit, type AuditEvent } from './policy/audit.ts';
import type { CallWatcher } from './policy/call-watch.ts';
import type { GatewayCounts } from './policy/gateway-counts.ts';
import type { PeerReport } from './replicas/peer-problems.ts';
import { Replicas, type Taker } from './replicas/replicas.ts';

/** How often a stream says that it is alive, in milliseconds. */
const BEAT_MS = 15_000;
/** How long responses may take to be read once the gateway is closing, in milliseconds. */
const READ_MS = 1000;
/** How often it is looked whether all requests are answered, in milliseconds. */
const DRAIN_LOOK_MS = 25;

/**
 * Serves MCP servers over Streamable HTTP to any number of clients of both eras, by pools of connections to them. Each
 * request is served with a connection that is leased for it.
 *
 * Resolves when it listens; rejects with an error that says why where it cannot, and with a `TypeError` or `RangeError` for
 * options that make no sense.
 */
export async function serveGateway(options: GatewayOptions): Promise<Gateway> {
  const resolved = resolveGateway(options);
  const gateway = new RunningGateway(resolved);
  await gateway.listen();
  return gateway;
}

class RunningGateway implements Gateway {
  readonly #options: ResolvedGateway;
  readonly #server: Server;
  readonly #sessions: Sessions;
  readonly #modern: ModernFront;
  readonly #front: HttpFront;
  readonly #legacy: LegacyFront;
  readonly #replicas: Replicas | undefined;
  /** Takes what other nodes send. */
  readonly #taker: Taker = {
    requested: (hop, response) => {
      this.#front.answerHop(hop, response);
    },
    told: ({ act, session: key, message }) => {
      const session = this.#sessions.keyed(key);
      if (act === 'end') session?.end();
      else if (act === 'show') session?.show(message as JSONRPCMessage);
      else this.#legacy.told(key, message as JSONRPCMessage);
    },
    keptOf: (session) => this.#sessions.keyed(session)?.kept,
  };
  readonly #audit: Audit;
  readonly #refusals: Refusals;
  readonly #authentication: Authentication;
  readonly #watchers = new Set<CallWatcher>();
  readonly #end$ = new AsyncSubject<true>();
  readonly name = 'gateway';
  readonly audit$: Observable<AuditEvent>;
  readonly pools$: Observable<McpPool>;
  readonly peerProblems$: Observable<PeerReport>;
  #admin: Admin | undefined;
  url = '';
  port = 0;
  peerPort: number | undefined;
  #closed: Promise<void> | undefined;

  constructor(options: ResolvedGateway) {
    const { upstreams, path, allowedHosts, sessions: limits } = options;
    const { principalOf, access, hasArguments } = options.policy;
    const audit = new Audit(hasArguments);
    const policy = { access, audit, watchers: this.#watchers };
    const refusals = new Refusals(audit);
    const heart = new Heart(BEAT_MS);
    const replicas = options.replicas === undefined ? undefined : new Replicas(options.replicas, this.#taker);
    const sessions = new Sessions({ upstreams, heart, policy, limits, replicas });
    const legacy = new LegacyFront({ upstreams, sessions, refusals, replicas });
    const modern = new ModernFront({ upstreams, heart, policy, refusals, limits, node: replicas?.node });
    const admission = admissionOf(allowedHosts);
    const authentication = new Authentication(principalOf, audit);
    this.#options = options;
    this.#audit = audit;
    this.audit$ = audit.events$;
    this.pools$ = poolsOf$(upstreams).pipe(takeUntil(this.#end$));
    this.peerProblems$ = (replicas?.peerProblems$ ?? NEVER).pipe(takeUntil(this.#end$));
    this.#refusals = refusals;
    this.#sessions = sessions;
    this.#modern = modern;
    this.#authentication = authentication;
    this.#legacy = legacy;
    this.#replicas = replicas;
    const routed = replicas && { nodes: replicas, routes: new ReplicaRoutes(replicas, sessions, upstreams) };
    this.#front = new HttpFront({ path, admission, authentication, refusals, legacy, modern, replicas: routed });
    this.#server = httpServer(this.#front.answer);
  }

  get adminUrl(): string | undefined {
    return this.#admin?.url;
  }

  get counts(): GatewayCounts {
    return {
      sessions: this.#sessions.size,
      listening: this.#modern.listening,
      open: this.#sessions.open + this.#modern.open + (this.#replicas?.forwarded ?? 0),
      refused: { ...this.#refusals.counts, stranger: this.#authentication.strangers },
    };
  }

  get peers(): readonly PeerReport[] {
    return this.#replicas?.peers ?? [];
  }

  pools(): readonly McpPool[] {
    return poolsOf(this.#options.upstreams);
  }

  watchCalls(watcher: CallWatcher): Subscription {
    // One for each call, so that the same one may watch twice.
    const own = { begin: watcher.begin.bind(watcher) };
    this.#watchers.add(own);
    return new Subscription(() => this.#watchers.delete(own));
  }

  /** Serves the admin page, if that is wanted, and then the clients. */
  async listen(): Promise<void> {
    const { host, port, path, admin, upstreams } = this.#options;
    if (admin !== undefined) {
      const { serveAdmin } = await import('./admin/serve-admin.ts');
      this.#admin = await serveAdmin({ gateway: this, upstreams, phase: this.#phase.bind(this) }, admin);
    }
    try {
      await once(this.#server.listen(port, host), 'listening');
    } catch (error) {
      await this.#admin?.close();
      await this.#replicas?.close();
      throw new Error(`the gateway cannot listen at ${host}:${port}: ${messageOf(error)}`, { cause: error });
    }
    await this.#listenForPeers();
    this.port = (this.#server.address() as AddressInfo).port;
    this.url = `http://${host.includes(':') ? `[${host}]` : host}:${this.port}${path}`;
  }

  async #listenForPeers(): Promise<void> {
    try {
      this.peerPort = await this.#replicas?.listen();
    } catch (error) {
      this.#server.close();
      await this.#admin?.close();
      await this.#replicas?.close();
      throw error;
    }
  }

  async reload(servers: GatewayServers): Promise<void> {
    const { upstreams, drainMs } = this.#options;
    await upstreams.reload(gatewayServers(servers), drainMs);
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #phase(): 'starting' | 'open' | 'draining' {
    if (this.#closed !== undefined || !this.#options.upstreams.isOpen) return 'draining';
    return this.port === 0 ? 'starting' : 'open';
  }

  async #close(): Promise<void> {
    const { preStopMs, drainMs } = this.#options;
    if (preStopMs > 0) await sleep(preStopMs);
    this.#front.drain();
    this.#sessions.endStreams();
    this.#modern.endStreams();
    const end = performance.now() + (drainMs === 0 ? LONGEST_TIMER_MS : drainMs);
    while (this.counts.open > 0 && performance.now() < end) await sleep(DRAIN_LOOK_MS);
    this.#sessions.end();
    this.#modern.end();
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeIdleConnections();
    // What was answered just now has still to be read.
    const cut = setTimeout(this.#server.closeAllConnections.bind(this.#server), READ_MS);
    await closed;
    clearTimeout(cut);
    await this.#replicas?.close();
    this.#audit.end();
    await this.#options.upstreams.close();
    this.#end$.next(true);
    this.#end$.complete();
    await this.#admin?.close();
  }
}
