import { deepStrictEqual, match } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { noopObserve } from '@mastra/core/tools';
import { MCPClient } from '@mastra/mcp';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { asServer } from 'rx-mcp-pool/mcp';
import { atRest, endless, everythingPool, failureOf, short, underWay } from './setting.ts';

// Progress, the limit of a server, and a signal go through.
const pool = everythingPool();
const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: randomUUID });
await asServer(pool).connect(transport);
await pool.ready();
const http = createServer((request, response) => void transport.handleRequest(request, response));
await once(http.listen(0, '127.0.0.1'), 'listening');
const url = new URL(`http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`);
const everything = { url, timeout: 3000, enableProgressTracking: true };
const mcp = new MCPClient({ servers: { everything } });
const tools = await mcp.listTools();
const execute = async (args: unknown, abortSignal?: AbortSignal): Promise<unknown> =>
  tools[`everything_${endless.name}`]?.execute?.(args, { observe: noopObserve, ...(abortSignal && { abortSignal }) });
const progress: unknown[] = [];
await mcp.progress.onUpdate('everything', (told) => progress.push(told.progress));
await execute(short.arguments);
deepStrictEqual(progress, [1, 2]);
match(await failureOf(execute(endless.arguments)), /timed out/i);
await atRest(pool);
const abort = new AbortController();
const failure = failureOf(execute(endless.arguments, abort.signal));
await underWay(pool);
abort.abort();
match(await failure, /abort/i);
await atRest(pool);
await mcp.disconnect();
http.close();
await pool.close();
