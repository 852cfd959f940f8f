import { availableParallelism } from 'node:os';
import { type OptionNames, checkKnown } from '../base/known-options.ts';
import { checkObject } from '../base/durations.ts';
import { foreignNames, poolOptionNames } from '../pool/option-names.ts';
import type { McpConnection } from './connection/connection.ts';
import type { McpConnectorOptions, McpEndpoint } from './connector.ts';
import type { McpRetryOptions } from './requests/retry.ts';
import type { SharingOptions } from './connection/sharing.ts';
import type { PoolOptions } from '../pool/pool-options.ts';
import type { McpTransport } from './transport/transport.ts';

/**
 * The options of `createPool`, with the transport in place of the functions that open and close connections. `warm`,
 * `isPermanent`, `isTimeout`, `isBroken` and `restMs` are those of `PoolOptions`; where they are left out, the errors of MCP
 * are known.
 */
export interface McpPoolOptions
  extends
    Omit<
      PoolOptions<McpConnection, McpEndpoint>,
      | 'connect'
      | 'close'
      | 'down'
      | 'check'
      | 'notices'
      | 'describe'
      | 'quarantine'
      | 'lend'
      | 'isAnswer'
      | 'saidSoFar'
      | 'isSlowAtFirst'
    >,
    McpConnectorOptions,
    SharingOptions {
  /** `false`: the same object without pooling, a fresh connection for each request. Default: `true`. */
  readonly pool?: boolean;
  /** How requests that failed are asked again; `false`: they are not. By default what is safe is asked again. */
  readonly retry?: McpRetryOptions | false;
  /**
   * `lists`: the lists of tools, prompts and resources that `pool.client` has read are kept until the server says that they
   * have changed; those of a server that never says so are not. Not with pins. Default: `false`, each is asked for.
   */
  readonly cache?: 'lists' | false;
}

/**
 * The options with what their transport makes of those that are left out. Throws a `TypeError` for what makes no sense;
 * what belongs to a part of the pool (sizes and times, sharing, retries) is left for that part to refuse by its name.
 */
export function resolveMcpOptions(options: McpPoolOptions): McpPoolOptions {
  check(options);
  const { transport, pool, minSize = 0, maxConnecting } = options;
  const usual = defaultsOf(transport);
  const { maxSize = Math.max(pool === false ? usual.maxUnpooled : usual.maxSize, minSize) } = options;
  const { connectTimeoutMs = usual.connectTimeoutMs } = options;
  const filled = { ...options, connectTimeoutMs, isSlowAtFirst: usual.isSlowAtFirst, maxSize };
  if (pool === false) return { ...filled, minSize: 0, maxUses: 1, maxConnecting: maxConnecting ?? maxSize };
  const most = maxSize > 0 ? Math.floor(maxSize) : Infinity;
  return { ...filled, minSize: options.minSize === undefined ? Math.min(usual.minSize, most) : minSize };
}

function check(options: McpPoolOptions): void {
  checkObject('options', options);
  checkKnown('createMcpPool', options, mcpPoolNames, foreignNames);
  checkTransport(options);
  const { era, pool, clientInfo, clientOptions, onClient, cache } = options;
  if (cache !== undefined && cache !== false && cache !== ('lists' as unknown)) {
    throw new TypeError("cache must be 'lists' or false");
  }
  if (cache === 'lists' && options.sharing === 'pinned') {
    throw new TypeError("cache: 'lists' is not for pinned connections, whose lists may differ");
  }
  if (!eras.includes(era)) throw new TypeError(`era must be auto, legacy or modern: ${String(era)}`);
  if (pool !== undefined && typeof pool !== 'boolean') throw new TypeError('pool must be true or false');
  if (clientInfo !== undefined) checkObject('clientInfo', clientInfo);
  if (clientOptions !== undefined) checkObject('clientOptions', clientOptions);
  if (onClient !== undefined && typeof onClient !== 'function') throw new TypeError('onClient must be a function');
  // The pool never sees it: it is called after the connection's own.
  if (options.warm !== undefined && typeof options.warm !== 'function') throw new TypeError('warm must be a function');
}

function checkTransport({ transport, endpoints$ }: McpPoolOptions): void {
  if (endpoints$ !== undefined && transport !== undefined)
    throw new TypeError('choose one of transport and endpoints$');
  const create: unknown = Reflect.get(Object(transport) as object, 'create');
  if (endpoints$ === undefined && typeof create !== 'function') {
    throw new TypeError('transport must be made by tcp(), stdio(), streamableHttp() or custom()');
  }
}

const eras: readonly unknown[] = ['auto', 'legacy', 'modern', undefined];

type OwnOptions = Omit<McpPoolOptions, keyof typeof poolOptionNames>;

const ownNames: OptionNames<OwnOptions> = {
  transport: true,
  era: true,
  clientInfo: true,
  clientOptions: true,
  onClient: true,
  sharing: true,
  affinity: true,
  quarantineMs: true,
  handlers: true,
  pool: true,
  retry: true,
  cache: true,
};

/** What a transport makes of options that are left out. */
interface TransportDefaults {
  readonly minSize: number;
  readonly maxSize: number;
  /** In place of `maxSize` where each request has a connection of its own (`pool: false`). */
  readonly maxUnpooled: number;
  readonly connectTimeoutMs: number;
  /** Whether the first start may take far longer than those that come after it. */
  readonly isSlowAtFirst: boolean;
}

/** What the machine can run side by side; a server that drives a browser is several processes. */
const PROCESSES = Math.min(16, Math.max(4, availableParallelism()));

const tcp: TransportDefaults = {
  minSize: 10,
  maxSize: 1000,
  maxUnpooled: 1000,
  connectTimeoutMs: 10_000,
  isSlowAtFirst: false,
};

/** Each connection is a process, and `npx` and its like load the program from the network before they start it. */
const stdio: TransportDefaults = {
  minSize: 1,
  maxSize: PROCESSES,
  maxUnpooled: 16,
  connectTimeoutMs: 60_000,
  isSlowAtFirst: true,
};

/** Each connection is a session, and an idle one costs the server something. */
const http: TransportDefaults = { ...tcp, minSize: 1, maxSize: 100 };

/** Those for TCP where the transport is not known yet, because each endpoint has one of its own. */
function defaultsOf(transport: McpTransport | undefined): TransportDefaults {
  if (transport?.kind === 'stdio') return stdio;
  return transport?.kind === 'http' || transport?.kind === 'custom' ? http : tcp;
}

/** The options of `createPool` that the connector gives in place of the user. */
const madeByTransport = [
  'connect',
  'close',
  'down',
  'check',
  'notices',
  'describe',
  'quarantine',
  'lend',
  'isAnswer',
  'saidSoFar',
  'isSlowAtFirst',
];

const mcpPoolNames = Object.fromEntries(
  Object.entries({ ...poolOptionNames, ...ownNames }).filter(([name]) => !madeByTransport.includes(name)),
) as OptionNames<McpPoolOptions>;
