import { type OptionNames, checkKnown } from '../base/known-options.ts';
import { checkObject } from '../base/durations.ts';
import { foreignNames, poolOptionNames } from '../pool/option-names.ts';
import type { McpConnection } from './connection/connection.ts';
import type { McpConnectorOptions, McpEndpoint } from './connector.ts';
import type { McpRetryOptions } from './requests/retry.ts';
import type { SharingOptions } from './connection/sharing.ts';
import type { PoolOptions } from '../pool/pool-options.ts';

/**
 * The options of `createPool`, with the transport in place of the functions that open and close connections. `warm`,
 * `isPermanent`, `isTimeout`, `isBroken` and `restMs` are those of `PoolOptions`; where they are left out, the errors of MCP
 * are known.
 */
export interface McpPoolOptions
  extends
    Omit<
      PoolOptions<McpConnection, McpEndpoint>,
      'connect' | 'close' | 'down' | 'check' | 'notices' | 'describe' | 'quarantine' | 'lend' | 'isAnswer'
    >,
    McpConnectorOptions,
    SharingOptions {
  /** `false`: the same object without pooling, a fresh connection for each request. Default: `true`. */
  readonly pool?: boolean;
  /** How requests that failed are asked again; `false`: they are not. By default what is safe is asked again. */
  readonly retry?: McpRetryOptions | false;
}

/** Throws a `TypeError` for options of a pool of MCP connections that make no sense, but for those of its parts. */
export function checkMcpOptions(options: McpPoolOptions): void {
  checkObject('options', options);
  checkKnown('createMcpPool', options, mcpPoolNames, foreignNames);
  checkTransport(options);
  const { era, pool, clientInfo, clientOptions, onClient } = options;
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
    throw new TypeError('transport must be made by tcp(), stdio() or streamableHttp()');
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
};

/** What `transport` says in place of the user. */
const madeByTransport = ['connect', 'close', 'down', 'check', 'notices', 'describe', 'quarantine', 'lend', 'isAnswer'];

const mcpPoolNames = Object.fromEntries(
  Object.entries({ ...poolOptionNames, ...ownNames }).filter(([name]) => !madeByTransport.includes(name)),
) as OptionNames<McpPoolOptions>;
