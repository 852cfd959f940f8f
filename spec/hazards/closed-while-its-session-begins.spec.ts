import { afterEach, beforeEach, expect, it } from 'vitest';
import { createMcpPool, streamableHttp } from '../../lib/mcp/index.ts';
import { type HttpServer, startHttpServer } from '../support/http-server.ts';
import { until } from '../support/until.ts';

let server: HttpServer;
let begin: () => void;
beforeEach(async () => {
  server = await startHttpServer();
  const mayBegin = new Promise<void>((resolve) => (begin = resolve));
  server.gate = async (_, response, body) => {
    // An old server, which knows no such question.
    if (body.includes('"server/discover"')) {
      response.writeHead(400).end();
      return true;
    }
    if (body.includes('"initialize"')) await mayBegin;
    return false;
  };
});
afterEach(() => server.stop());

it.each(['legacy', 'auto'] as const)('ends the session that it was told of while it closed (%s)', async (era) => {
  const pool = createMcpPool({ transport: streamableHttp({ url: server.url }), minSize: 1, era });
  await until(() => server.log.includes('POST initialize'));
  const closed = pool.close();
  begin();
  await closed;
  expect(server.log.at(-1)).toBe('DELETE');
  expect(server.sessions.size).toBe(0);
  await until(() => server.underWay() === 0);
});

it('does not wait for long for a session that never begins', async () => {
  const pool = createMcpPool({ transport: streamableHttp({ url: server.url }), minSize: 1 });
  await until(() => server.log.includes('POST initialize'));
  const since = performance.now();
  await pool.close();
  expect(performance.now() - since).toBeLessThan(2000);
  await until(() => server.underWay() === 0);
  begin();
});
