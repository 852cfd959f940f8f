import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { type McpPool, createMcpPool, stdio } from '../../lib/mcp/index.ts';
import { collect } from '../support/listen.ts';
import { initialising, scriptedProgram } from '../support/scripted-server.ts';
import { until } from '../support/until.ts';
import { watched } from '../support/watched.ts';

let pool: McpPool;

afterEach(() => pool.close());

/** Starts servers that come up well and do this as soon as they are told so. */
function openPool(then: string) {
  const before = `process.stdin.on('data', (chunk) => { if (chunk.includes('notifications/initialized')) { ${then} } })`;
  const transport = watched(stdio(scriptedProgram(initialising(), before)));
  pool = createMcpPool({ transport, minSize: 2, maxSize: 4 });
  return { transport, events: collect(pool.events$) };
}

describe('a server that dies as soon as it is initialised', () => {
  it.each(['process.exit(1)', `process.kill(process.pid, 'SIGKILL')`])(
    'is not started without end (%s)',
    async (how) => {
      const { transport, events } = openPool(how);
      await until(() => events.filter(({ type }) => type === 'down').length >= 4);
      const firsts = transport.made.length;
      await sleep(1000);
      // Without a back-off a process that lives for 40 ms is replaced 25 times a second, on each of two places.
      expect(transport.made.length - firsts).toBeLessThan(12);
      expect(events.filter(({ type }) => type === 'connectFailed')).toEqual([]);
    },
  );

  it('tells why to whoever waits', async () => {
    openPool(`console.error('Error: no licence'); process.exit(1)`);
    const answer = pool.client.ping({ timeout: 3000 });
    await expect(answer).rejects.toThrow('no licence');
  });
});
