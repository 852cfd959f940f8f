/**
 * MCP servers of the official SDK behind a TCP port: `serveTcp`.
 *
 * @module rx-mcp-pool/serve
 */

export { type ServeTcpOptions, type TcpServer, serveTcp } from './serve-tcp.ts';
