import type { McpServer } from '@modelcontextprotocol/server';
import { type Observable, firstValueFrom } from 'rxjs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type McpPool, type McpTransport, stdio, streamableHttp, tcp } from '../../../lib/mcp/index.ts';
import { serveTcp } from '../../../lib/mcp/server/serve-tcp.ts';
import { changingProgram, changingServer } from '../../support/changing-server.ts';
import { heardOf } from '../../support/heard-of.ts';
import { startHttpServer } from '../../support/http-server.ts';
import { openPool } from '../../support/open-pool.ts';
import { until } from '../../support/until.ts';

const uri = 'file:///a';
/** Longer than the time in which news of several connections count as one. */
const later = () => sleep(60);

/** Has each of the connections in turn tell something by a call; returns how often that was heard. */
async function change(pool: McpPool, topic$: Observable<string>, args = {}): Promise<number> {
  await pool.ready();
  const { times } = heardOf(topic$);
  await later();
  const leases = await Promise.all([1, 2, 3, 4].map(() => firstValueFrom(pool.checkout())));
  for (const [index, { connection }] of leases.entries()) {
    await connection.client.callTool({ name: 'change', arguments: args });
    await until(() => times() === index + 1);
  }
  for (const lease of leases) lease.checkin();
  return times();
}

describe('with servers of the SDK, every connection is heard', () => {
  const open = (transport: McpTransport, era: 'legacy' | 'modern'): McpPool =>
    openPool({ transport, era, minSize: 4, maxSize: 4 });

  describe.each(['legacy', 'modern'] as const)('in the %s era', (era) => {
    it('over stdio, where each is a process', async () => {
      const pool = open(stdio(changingProgram()), era);
      expect(await change(pool, pool.listChanges('tools'))).toBe(4);
      expect(await change(pool, pool.resourceUpdates(uri), { uri })).toBe(4);
    });

    it('over TCP', async () => {
      const server = await serveTcp(changingServer());
      onTestFinished(() => server.close());
      const pool = open(tcp({ port: server.port }), era);
      expect(await change(pool, pool.listChanges('tools'))).toBe(4);
      expect(await change(pool, pool.resourceUpdates(uri), { uri })).toBe(4);
    });
  });

  it('over HTTP in sessions', async () => {
    const made: McpServer[] = [];
    const http = await startHttpServer(changingServer(made));
    onTestFinished(() => http.stop());
    const pool = open(streamableHttp({ url: http.url }), 'legacy');
    await pool.ready();
    const { times } = heardOf(pool.listChanges('tools'));
    await until(() => http.log.filter((what) => what === 'GET').length === 4);
    await later();
    for (const [index, product] of made.entries()) {
      product.sendToolListChanged();
      await until(() => times() === index + 1);
    }
  });

  it('over HTTP in the modern era by one subscription', async () => {
    const http = await startHttpServer(changingServer());
    onTestFinished(() => http.stop());
    const pool = open(streamableHttp({ url: http.url }), 'modern');
    await pool.ready();
    const { times } = heardOf(pool.listChanges('tools'));
    const asked = () => http.log.filter((what) => what === 'POST subscriptions/listen').length;
    await until(() => asked() === 1);
    await pool.client.listTools();
    http.notify.toolsChanged();
    await until(() => times() === 1);
    expect([asked(), pool.state.connects]).toEqual([1, 4]);
  });

  it('over HTTP in the modern era by another connection where the one that listened is closed', async () => {
    const http = await startHttpServer(changingServer());
    onTestFinished(() => http.stop());
    const pool = open(streamableHttp({ url: http.url }), 'modern');
    await pool.ready();
    const { times } = heardOf(pool.listChanges('tools'));
    const asked = () => http.log.filter((what) => what === 'POST subscriptions/listen').length;
    await until(() => {
      http.notify.toolsChanged();
      return times() > 0;
    });
    const before = times();
    const leases = await Promise.all([1, 2, 3, 4].map(() => firstValueFrom(pool.checkout())));
    leases[0]?.destroy();
    await until(() => asked() === 2);
    // Nobody listened in between.
    await until(() => times() > before);
    for (const lease of leases.slice(1)) lease.checkin();
  });
});
