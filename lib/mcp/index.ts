export type { McpClient } from './client.ts';
export { McpConnection, type McpRequest } from './connection.ts';
export type { McpEndpoint } from './connector.ts';
export { type McpPool, type McpPoolOptions, createMcpPool } from './mcp-pool.ts';
export { type ServeTcpOptions, type TcpServer, serveTcp } from './serve-tcp.ts';
export { type StdioOptions, stdio } from './stdio.ts';
export { type TcpOptions, tcp } from './tcp.ts';
export type { ConnectionTransport, McpTransport } from './transport.ts';
