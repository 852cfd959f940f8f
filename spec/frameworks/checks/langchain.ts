import { deepStrictEqual, match } from 'node:assert/strict';
import { loadMcpTools } from '@langchain/mcp-adapters';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { poolTransport } from 'rx-mcp-pool/mcp';
import { atRest, endless, everythingPool, failureOf, short, underWay } from './setting.ts';

// The limit of a call, its signal and its progress go through; so they do by `pool.client`, whose type is not the class of
// the SDK that the framework names.
const pool = everythingPool();
const client = new Client({ name: 'check', version: '1.0.0' });
await client.connect(poolTransport(pool));
for (const by of [client, pool.client as never]) {
  const progress: unknown[] = [];
  const onProgress = (told: { progress: number }): void => void progress.push(told.progress);
  const options = { defaultToolTimeout: 500, onProgress };
  const tools = await loadMcpTools('everything', by, options);
  const tool = tools.find(({ name }) => name === endless.name);
  await tool?.invoke(short.arguments, { timeout: 120_000 });
  deepStrictEqual(progress, [1, 2]);
  match(await failureOf(Promise.resolve(tool?.invoke(endless.arguments))), /timed? ?out/i);
  const abort = new AbortController();
  const failure = failureOf(
    Promise.resolve(tool?.invoke(endless.arguments, { signal: abort.signal, timeout: 60_000 })),
  );
  await underWay(pool);
  abort.abort();
  match(await failure, /abort/i);
  await atRest(pool);
}
await client.close();
await pool.close();
