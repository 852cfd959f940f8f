import { count, duration } from '../base/durations.ts';
import { type GatewayServers, gatewayServers } from './gateway-servers.ts';
import { type NameRule, checkNameRule } from '../mcp/hub/names.ts';
import type { McpPool } from '../mcp/mcp-pool.ts';
import type { SessionLimits } from './http/sessions.ts';
import { type PolicyOptions, type ResolvedPolicy, resolvePolicy } from './policy/policy-options.ts';
import { type ReplicaOptions, type ResolvedReplicas, resolveReplicas } from './replicas/replica-options.ts';
import { GivenPool, ServersByClass, type Upstreams } from './upstreams.ts';

/** The options of `serveGateway`. */
export interface GatewayOptions extends PolicyOptions {
  /** The server that is served, as a pool. The gateway leaves it open. Or `servers`. */
  readonly pool?: McpPool;
  /**
   * The servers that are served, as `createMcpHub` takes them: those of a configuration, or the options of a pool for each
   * name. The gateway opens their pools when they are needed, for each class of clients by what they can be asked, and closes
   * them.
   */
  readonly servers?: GatewayServers;
  /** How the tools and prompts of `servers` are called: `auto`, as with `createMcpHub`. */
  readonly names?: NameRule;
  /** `127.0.0.1`. Addresses other than loopback ones need `auth` or `principal`. */
  readonly host?: string;
  /** 3000; 0: any that is free. */
  readonly port?: number;
  /** Where MCP is: `/mcp`. */
  readonly path?: string;
  /** Hosts by which requests may reach it besides those of this machine, such as that of a proxy before it. */
  readonly allowedHosts?: readonly string[];
  /** How many sessions of the legacy era there may be, and for how long. */
  readonly sessions?: SessionLimits;
  /** Several gateways that are one for their clients; there are no others when it is left out. */
  readonly replicas?: ReplicaOptions;
  /**
   * A port of this machine on which those who run the gateway see how it is; 0: any that is free. There is none when it is
   * left out.
   */
  readonly admin?: number;
  /**
   * How long `close` goes on as before when `/readyz` has begun to say that no more should come, in milliseconds: 0. So long a
   * balancer may take to hear of it.
   */
  readonly preStopMs?: number;
  /** How long `close` waits for requests that are open, in milliseconds: 30 000; 0 or `Infinity`: as long as it takes. */
  readonly drainMs?: number;
}

/** The options with everything filled in. */
export interface ResolvedGateway {
  readonly upstreams: Upstreams;
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly allowedHosts: readonly string[];
  readonly sessions: Required<SessionLimits>;
  readonly policy: ResolvedPolicy;
  readonly replicas: ResolvedReplicas | undefined;
  readonly admin: number | undefined;
  readonly preStopMs: number;
  readonly drainMs: number;
}

const MOST_SESSIONS = 10_000;
/** Where principals are known. */
const MOST_OF_PRINCIPAL = 100;
const SESSION_IDLE_MS = 1_800_000;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/;
const PATH = /^\/[^?#\s]*$/;

/** Fills in the defaults; throws a `TypeError` or `RangeError` for options that make no sense. */
export function resolveGateway(options: GatewayOptions): ResolvedGateway {
  const { host = '127.0.0.1', port = 3000, path = '/mcp', allowedHosts = [], sessions = {}, admin } = options;
  const { max = MOST_SESSIONS, idleMs = SESSION_IDLE_MS } = sessions;
  const policy = resolvePolicy(options);
  const isKnown = policy.principalOf !== undefined;
  const { perPrincipal = isKnown ? Math.min(max, MOST_OF_PRINCIPAL) : max } = sessions;
  // Whoever reaches it may call all tools.
  if (!isKnown && !LOOPBACK.test(host)) throw new TypeError(`without auth only loopback addresses, not ${host}`);
  checkPort(port);
  if (admin !== undefined) checkPort(admin);
  if (!PATH.test(path)) throw new TypeError(`path must be one such as /mcp: ${path}`);
  return {
    upstreams: upstreamsOf(options),
    host,
    port,
    path,
    allowedHosts: [host.includes(':') ? `[${host}]` : host, ...allowedHosts],
    sessions: {
      max: count('sessions.max', max, 1),
      perPrincipal: count('sessions.perPrincipal', perPrincipal, 1),
      idleMs: duration('sessions.idleMs', idleMs),
    },
    policy,
    replicas: options.replicas === undefined ? undefined : resolveReplicas(options.replicas),
    admin,
    preStopMs: duration('preStopMs', options.preStopMs ?? 0),
    drainMs: duration('drainMs', options.drainMs ?? 30_000),
  };
}

function checkPort(port: number): void {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new RangeError(`there is no port ${port}`);
}

function upstreamsOf({ pool, servers, names = 'auto' }: GatewayOptions): Upstreams {
  if (pool !== undefined && servers === undefined) return new GivenPool(pool);
  if (pool !== undefined || servers === undefined) throw new TypeError('give one of pool and servers');
  checkNameRule(names);
  return new ServersByClass(gatewayServers(servers), names);
}
