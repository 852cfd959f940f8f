import { match, ok } from 'node:assert/strict';
import { createMCPClient, ElicitationRequestSchema } from '@ai-sdk/mcp';
import { poolTransport } from 'rx-mcp-pool/mcp';
import { atRest, endless, everythingPool, failureOf, underWay } from './setting.ts';

// Limits and signals go through, and the client is asked.
const pool = everythingPool();
const client = await createMCPClient({ transport: poolTransport(pool), capabilities: { elicitation: {} } });
let asked = 0;
client.onElicitationRequest(ElicitationRequestSchema, () => {
  asked++;
  return { action: 'decline' };
});
ok(client.instructions);
ok((await client.listResources()).resources.length > 0);
ok((await client.listPrompts()).prompts.length > 0);
await client.callTool({ name: 'trigger-elicitation-request', arguments: {} });
ok(asked === 1);
match(await failureOf(client.callTool({ ...endless, options: { timeout: 300 } })), /time/i);
const tools = await client.tools();
const abort = new AbortController();
const options = { toolCallId: '1', messages: [], context: {}, abortSignal: abort.signal };
const failure = failureOf(Promise.resolve(tools[endless.name]?.execute(endless.arguments, options)));
await underWay(pool);
abort.abort();
match(await failure, /abort/i);
await atRest(pool);
await client.close();
await pool.close();
