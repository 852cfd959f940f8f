import { type OptionNames, checkKnown } from '../base/known-options.ts';
import { foreignNames, poolOptionNames } from '../pool/option-names.ts';
import type { LineLimits, MessageLimits, ServerLimits } from './transport/limits.ts';
import type { McpPoolOptions } from './mcp-pool.ts';
import type { McpPoolsOptions } from './family/mcp-pools.ts';
import type { ServeTcpOptions } from './server/serve-tcp.ts';
import type { StdioOptions } from './lines/stdio.ts';
import type { StreamableHttpOptions } from './http/streamable-http.ts';
import type { TcpOptions } from './lines/tcp.ts';

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
  repeat: true,
};

/** What `transport` says in place of the user. */
const madeByTransport = ['connect', 'close', 'down', 'check', 'notices', 'describe', 'quarantine', 'lend', 'isAnswer'];

const mcpPoolNames = Object.fromEntries(
  Object.entries({ ...poolOptionNames, ...ownNames }).filter(([name]) => !madeByTransport.includes(name)),
) as OptionNames<McpPoolOptions>;

const messageNames: OptionNames<MessageLimits & ServerLimits> = {
  maxMessageBytes: true,
  maxMessageDepth: true,
  maxGarbageLinesPerSecond: true,
  maxServerMessagesPerSecond: true,
};

const lineNames: OptionNames<LineLimits & ServerLimits> = { ...messageNames, maxBufferedBytes: true };

const tcpNames: OptionNames<TcpOptions> = {
  ...lineNames,
  host: true,
  port: true,
  path: true,
  connectTimeoutMs: true,
  keepAliveMs: true,
  tls: true,
};

const stdioNames: OptionNames<StdioOptions> = {
  ...lineNames,
  command: true,
  args: true,
  env: true,
  cwd: true,
  stderr: true,
};

const httpNames: OptionNames<StreamableHttpOptions> = {
  ...messageNames,
  url: true,
  headers: true,
  fetch: true,
  authProvider: true,
  renewSession: true,
};

const serveTcpNames: OptionNames<ServeTcpOptions> = {
  maxMessageBytes: true,
  maxMessageDepth: true,
  maxGarbageLinesPerSecond: true,
  maxBufferedBytes: true,
  maxMessagesPerSecond: true,
  host: true,
  port: true,
  path: true,
  maxConnections: true,
  firstMessageTimeoutMs: true,
  onerror: true,
};

const familyNames: OptionNames<McpPoolsOptions<unknown, unknown>> = {
  key: true,
  options: true,
  name: true,
  maxPools: true,
  idleTimeoutMs: true,
  metricsWindowMs: true,
};

/** Each throws a `TypeError` for an option that its function does not know. */
export const checkNames = {
  createMcpPool: (options: McpPoolOptions): void => {
    checkKnown('createMcpPool', options, mcpPoolNames, foreignNames);
  },
  createMcpPools: (options: McpPoolsOptions<never, never>): void => {
    checkKnown('createMcpPools', options, familyNames, { max: 'maxPools' });
  },
  tcp: (options: TcpOptions): void => {
    checkKnown('tcp', options, tcpNames);
  },
  stdio: (options: StdioOptions): void => {
    checkKnown('stdio', options, stdioNames);
  },
  streamableHttp: (options: StreamableHttpOptions): void => {
    checkKnown('streamableHttp', options, httpNames);
  },
  serveTcp: (options: ServeTcpOptions): void => {
    checkKnown('serveTcp', options, serveTcpNames);
  },
} as const;
