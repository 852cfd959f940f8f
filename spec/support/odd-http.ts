import type { ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';
import { type McpPool, streamableHttp } from '../../lib/mcp/index.ts';
import { openPool } from './open-pool.ts';
import { type ScriptedHttp, startScriptedHttp } from './scripted-http.ts';

/** A server over HTTP whose tool `odd` answers as a test wants, and a pool of one connection that knows a secret. */
export interface OddHttp {
  readonly server: ScriptedHttp;
  readonly pool: McpPool;
  /** Answers calls of the tool `odd` so. */
  readonly odd: (say: (response: ServerResponse, id: unknown) => unknown) => void;
  readonly call: (name: string) => Promise<unknown>;
}

export async function startOddHttp(): Promise<OddHttp> {
  const server = await startScriptedHttp();
  onTestFinished(() => server.stop());
  const headers = { 'x-key': 'secret-of-ours' };
  const pool = openPool({
    transport: streamableHttp({ url: server.url, headers }),
    minSize: 1,
    maxSize: 1,
    retry: false,
  });
  await pool.ready();
  const odd: OddHttp['odd'] = (say) => {
    server.script = ({ response, message: { id, params } }) =>
      params?.name === 'odd' && say(response, id) !== undefined;
  };
  return { server, pool, odd, call: (name) => pool.client.callTool({ name }, { timeout: 5000 }) };
}

/** A message of JSON-RPC. */
export function said(content: unknown): string {
  return JSON.stringify({ jsonrpc: '2.0', ...(content as object) });
}
