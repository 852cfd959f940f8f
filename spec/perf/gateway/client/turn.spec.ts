import { describe, expect, it, onTestFinished } from 'vitest';
import { createServer } from 'node:http';
import { takeTurn } from '../../../../perf/gateway/client/turn.ts';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

const ANSWER = '{"jsonrpc":"2.0","id":1,"result":{}}';

describe('takeTurn', () => {
  it.each(['JSON', 'events in chunks'])(
    'counts what is answered by %s, of sessions that it opens and ends',
    async (kind) => {
      const methods: string[] = [];
      let sessions = 0;
      const server = createServer((request, response) => {
        request.resume().once('end', () => {
          methods.push(`${request.method ?? ''} ${String(request.headers['mcp-session-id'] ?? 'none')}`);
          response.setHeader('mcp-session-id', request.headers['mcp-session-id'] ?? `s${++sessions}`);
          if (kind !== 'JSON') response.write('event: message\n');
          response.end(kind === 'JSON' ? ANSWER : `data: ${ANSWER}\n\n`);
        });
      });
      await once(server.listen(0, '127.0.0.1'), 'listening');
      const { port } = server.address() as AddressInfo;
      onTestFinished(() => void server.close());
      const endpoint = { port, path: '/mcp', era: 'legacy' } as const;
      const turn = await takeTurn({ endpoint, pid: process.pid, clients: 2, leadInMs: 10, ms: 50 });
      expect(turn.perSecond).toBeGreaterThan(0);
      expect(turn.p99Ms).toBeGreaterThanOrEqual(turn.p50Ms);
      expect(methods.filter((method) => method.startsWith('DELETE')).sort()).toEqual(['DELETE s1', 'DELETE s2']);
      expect(methods.filter((method) => method.endsWith('none'))).toHaveLength(2);
    },
  );
});
