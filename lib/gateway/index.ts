/**
 * The server side: a gateway, which serves a pool of MCP connections over HTTP to clients of both eras, and MCP servers of the
 * official SDK behind a TCP port.
 *
 * @module rx-mcp-pool/serve
 */

export type { GatewayOptions } from './gateway-options.ts';
export type { GatewayServers } from './gateway-servers.ts';
export type { SessionLimits } from './http/sessions.ts';
export type {
  AuditEvent,
  CallAudited,
  NotificationAudited,
  QuestionAudited,
  RefusalReason,
  RefusedAudited,
  SessionAudited,
  StrangerAudited,
} from './policy/audit.ts';
export type { BearerToken } from './policy/bearer.ts';
export type { Call, CallEnded, CallWatch, CallWatcher } from './policy/call-watch.ts';
export type { GatewayCounts } from './policy/gateway-counts.ts';
export type { AuditOptions, GatewayAuth, PolicyOptions } from './policy/policy-options.ts';
export type { PrincipalOf, PrincipalRequest } from './policy/principal.ts';
export type { Allow } from './policy/tool-access.ts';
export type { ServedPoolOptions } from '../mcp/config/auto-sharing.ts';
export type { ToolRules } from '../mcp/config/tool-rules.ts';
export type { PeerReport } from './replicas/peer-problems.ts';
export type { ReplicaOptions } from './replicas/replica-options.ts';
export type { Gateway } from './gateway.ts';
export { serveGateway } from './serve-gateway.ts';
export { type ServeTcpOptions, type TcpServer, serveTcp } from '../mcp/server/serve-tcp.ts';
