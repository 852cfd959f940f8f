/**
 * Pools of MCP connections: `createMcpPool`, transports, `createMcpPoolFamily`, configuration files, and the pool as a server.
 *
 * @module rx-mcp-pool/mcp
 */

export type { ToolRules } from './config/tool-rules.ts';
export { type McpConfig, type ReadConfigOptions, readConfig } from './config/read-config.ts';
export type { ConfiguredServer, DisabledServer, FailedServer, ReadyServer } from './config/configured-server.ts';
export type { AgentsCall, AgentsContent, AgentsResult, AgentsSchema, AgentsTool } from './session/agents-server.ts';
export { type AgentsServer, agentsServer } from './session/agents-server.ts';
export { type ConnectedServer, type PoolServer, type ServerTransport, asServer } from './session/as-server.ts';
export { type PoolSendOptions, type PoolTransport, poolTransport } from './session/pool-transport.ts';
export type { SessionOptions } from './session/session.ts';
export type { McpClient } from './requests/client.ts';
export { McpConnection } from './connection/connection.ts';
export type { McpEndpoint } from './connector.ts';
export { type DnsEndpointsOptions, dnsEndpoints } from './endpoints/dns-endpoints.ts';
export type { DnsEndpoint, DnsResolver, SrvRecord } from './endpoints/dns-records.ts';
export type { McpEra } from './connection/eras.ts';
export type { McpPoolFamilyMetrics } from './family/family-metrics.ts';
export type { HandlerContext, McpHandlers } from './connection/handlers.ts';
export { McpError, type McpErrorCode, type McpErrorData } from './failures/mcp-error.ts';
export { type McpPool, createMcpPool } from './mcp-pool.ts';
export {
  type McpPoolView,
  type McpPoolFamily,
  type McpPoolFamilyOptions,
  type McpPoolFamilyUseOptions,
  createMcpPoolFamily,
} from './family/mcp-pool-family.ts';
export { wasRefused } from './failures/refusal.ts';
export type { McpRetryOptions } from './requests/retry.ts';
export { type RequestWindow, requestMetrics } from './requests/request-metrics.ts';
export type { McpRequestOptions } from './connection/request.ts';
export { restMsOf } from './http/retry-after.ts';
// Its home is `rx-mcp-pool/serve`; it loads nothing of a server before it is called.
export { type ServeTcpOptions, type TcpServer, serveTcp } from './server/serve-tcp.ts';
export type { McpSharing, SharingOptions } from './connection/sharing.ts';
export type { ServerEnvironment } from './lines/environment.ts';
export { type StdioOptions, stdio } from './lines/stdio.ts';
export type { McpList } from './subscriptions/subscriptions.ts';
export { streamableHttp } from './http/streamable-http.ts';
export { type TcpOptions, tcp } from './lines/tcp.ts';
export { custom } from './transport/custom.ts';
export type { TrustTool } from './requests/tool-hints.ts';
export type { ConnectionNeeds, ConnectionTransport, McpTransport } from './transport/transport.ts';
export { type WithConnectionForOptions, withConnectionFor } from './family/with-connection-for.ts';
export { type McpRequest } from './transport/mcp-request.ts';
export { type McpRequestEvent } from './requests/request-watch.ts';
export { type RequestWatcher } from './requests/request-watch.ts';
export { type RequestWatch } from './requests/request-watch.ts';
export { type McpPoolOptions } from './mcp-pool-options.ts';
export { type StreamableHttpOptions } from './http/http-options.ts';
export type { HttpController, HttpDispatcher, HttpHandler, HttpHeaders, HttpRequest } from './http/dispatcher.ts';
export type { StderrListener } from './lines/stderr-lines.ts';
export { type McpHub, type McpHubOptions, createMcpHub } from './hub/mcp-hub.ts';
export type { HubServer, HubServerStatus } from './hub/hub-server.ts';
export type { NameRule } from './hub/names.ts';
