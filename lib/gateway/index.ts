/**
 * A gateway: a pool of MCP connections, served over HTTP to clients of both eras.
 *
 * @module rx-mcp-pool/gateway
 */

export type { GatewayOptions } from './gateway-options.ts';
export type { SessionLimits } from './http/sessions.ts';
export { type Gateway, serveGateway } from './serve-gateway.ts';
