import {
  Client,
  type Result,
  type StandardSchemaV1,
  StreamableHTTPClientTransport,
  type Transport,
} from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { setMaxListeners } from 'node:events';
import { type Tool, callOf } from './call.ts';
import { LeanLineTransport } from './lean-line-transport.ts';
import { stdioServer } from './stdio-server.ts';

/** How the SDK's client is asked. */
export type Era = 'legacy' | 'modern';

/** One client of the SDK over TCP, for which the SDK has no transport: this one costs next to nothing. */
export function sdkOverTcp(port: number, era: Era = 'legacy'): Promise<Client> {
  return connected(new LeanLineTransport(port), era);
}

/** One client of the SDK over its own stdio transport. */
export function sdkOverStdio(): Promise<Client> {
  return connected(new StdioClientTransport(stdioServer), 'legacy');
}

/** One client of the SDK over its own HTTP transport, whose signals collect listeners: Node must not warn of that. */
export function sdkOverHttp(httpPort: number, path: '/json' | '/sse', era: Era = 'legacy'): Promise<Client> {
  setMaxListeners(0);
  return connected(new StreamableHTTPClientTransport(new URL(`http://127.0.0.1:${httpPort}${path}`)), era);
}

/** `client.request` with a schema that lets all pass, which is the cheapest that the SDK has. */
export function sdkRequest(client: Client, tool: Tool): () => Promise<unknown> {
  const request = { method: 'tools/call', params: callOf(tool) };
  return () => client.request(request, asSent);
}

/** `client.callTool`, as it is used. */
export function sdkCallTool(client: Client, tool: Tool): () => Promise<unknown> {
  return () => client.callTool(callOf(tool));
}

/** `client.callTool` that listens to progress. */
export function sdkWithProgress(client: Client, onprogress: () => void): () => Promise<unknown> {
  return () => client.callTool(callOf('progress'), { onprogress });
}

const asSent: StandardSchemaV1<unknown, Result> = {
  '~standard': { version: 1, vendor: 'perf', validate: (value) => ({ value: value as Result }) },
};

async function connected(transport: Transport, era: Era): Promise<Client> {
  const mode = era === 'modern' ? { pin: '2026-07-28' } : era;
  const client = new Client({ name: 'bare', version: '1.0.0' }, { versionNegotiation: { mode } });
  await client.connect(transport);
  return client;
}
