import { deepStrictEqual, match, ok } from 'node:assert/strict';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { endless, failureOf, short } from './setting.ts';

// The example as the server of a client of version 1, over stdio.
const client = new Client({ name: 'check', version: '1.0.0' });
await client.connect(new StdioClientTransport({ command: process.execPath, args: ['examples/mcp-sdk-server.ts'] }));
const progress: number[] = [];
await client.callTool(short, undefined, { onprogress: (told) => progress.push(told.progress) });
// What comes together with the answer is lost by the client, whoever the server is.
ok(progress.includes(1));
match(await failureOf(client.callTool(endless, undefined, { timeout: 300 })), /timed out/);
deepStrictEqual((await client.callTool({ name: 'echo', arguments: { message: 'hi' } })).content, [
  { type: 'text', text: 'Echo: hi' },
]);
await client.close();
