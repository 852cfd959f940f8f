import { of } from 'rxjs';
import { expect, it } from 'vitest';
import { withConnection } from '../../lib/index.ts';
import { createMcpPool, streamableHttp } from '../../lib/mcp/index.ts';
import { startHttpServer } from '../support/http-server.ts';
import { callOf } from '../support/tool-call.ts';
import { until } from '../support/until.ts';

it('does not send a request after its own cancellation, though the session was begun anew for it', async () => {
  const server = await startHttpServer();
  const transport = streamableHttp({ url: server.url });
  const pool = createMcpPool({ transport, minSize: 1, maxSize: 1, quarantineMs: 60_000 });
  await pool.ready();
  let begin: () => void = () => undefined;
  const mayBegin = new Promise<void>((resolve) => (begin = resolve));
  server.gate = async (_, __, body) => {
    if (body.includes('"initialize"')) await mayBegin;
    return false;
  };
  server.sessions.clear();
  server.log.length = 0;
  const call = of(callOf('echo', { message: 'unwanted' }))
    .pipe(withConnection(pool))
    .subscribe();
  await until(() => server.log.includes('POST initialize'));
  call.unsubscribe();
  begin();
  // Nor is there an answer to wait for: the quarantine is over as soon as that is known.
  await pool.client.listTools();
  expect(server.log.filter((entry) => entry === 'POST tools/call')).toHaveLength(1);
  await pool.close();
  await server.stop();
});
