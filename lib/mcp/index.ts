export type { McpClient } from './client.ts';
export { McpConnection } from './connection.ts';
export type { McpEndpoint } from './connector.ts';
export type { McpEra } from './eras.ts';
export type { McpPoolsMetrics } from './family-metrics.ts';
export type { HandlerContext, McpHandlers } from './handlers.ts';
export { McpError, type McpErrorCode, type McpErrorData } from './mcp-error.ts';
export { type McpPool, type McpPoolOptions, createMcpPool } from './mcp-pool.ts';
export {
  type McpPoolView,
  type McpPools,
  type McpPoolsOptions,
  type McpPoolsUseOptions,
  createMcpPools,
} from './mcp-pools.ts';
export { wasRefused } from './refusal.ts';
export type { McpRepeatOptions } from './repeat.ts';
export type { McpRequestEvent, RequestWatch, RequestWatcher } from './request-log.ts';
export { type RequestWindow, requestMetrics } from './request-metrics.ts';
export type { McpRequest, McpRequestOptions } from './request.ts';
export { restMsOf } from './retry-after.ts';
export { type ServeTcpOptions, type TcpServer, serveTcp } from './serve-tcp.ts';
export type { McpSharing, SharingOptions } from './sharing.ts';
export { type StdioOptions, stdio } from './stdio.ts';
export type { McpList } from './subscriptions.ts';
export { type StreamableHttpOptions, streamableHttp } from './streamable-http.ts';
export { type TcpOptions, tcp } from './tcp.ts';
export type { TrustTool } from './tool-hints.ts';
export type { ConnectionNeeds, ConnectionTransport, McpTransport } from './transport.ts';
export { type WithConnectionForOptions, withConnectionFor } from './with-connection-for.ts';
