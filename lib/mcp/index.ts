export type { McpClient } from './client.ts';
export { McpConnection, type McpRequest } from './connection.ts';
export type { McpPoolsMetrics } from './family-metrics.ts';
export { type McpPool, type McpPoolOptions, createMcpPool } from './mcp-pool.ts';
export {
  type McpPoolView,
  type McpPools,
  type McpPoolsOptions,
  type McpPoolsUseOptions,
  createMcpPools,
} from './mcp-pools.ts';
export { type ServeTcpOptions, type TcpServer, serveTcp } from './serve-tcp.ts';
export { type StdioOptions, stdio } from './stdio.ts';
export { type TcpOptions, tcp } from './tcp.ts';
export type { ConnectionTransport, McpTransport } from './transport.ts';
export { type WithConnectionForOptions, withConnectionFor } from './with-connection-for.ts';
