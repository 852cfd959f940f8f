import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { type McpPool, createMcpPool, stdio } from '../../lib/mcp/index.ts';
import { collect } from '../support/listen.ts';
import { initialising, scriptedProgram } from '../support/scripted-server.ts';

/** Answers after 30 ms, so that a check that has begun is under way when the loop stalls next. */
const slow = `const log = console.log; console.log = (text) => setTimeout(log, 30, text);`;

let pool: McpPool;

afterEach(() => pool.close());

/** Lets nothing else run for 120 ms, again and again. */
async function stallOften(times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    await sleep(10);
    const end = performance.now() + 120;
    while (performance.now() < end);
  }
}

describe('an event loop that stalls for longer than a check may take', () => {
  it('makes nobody unhealthy, and replaces nobody', async () => {
    const transport = stdio(scriptedProgram(initialising(), slow));
    const checks = { healthCheckIntervalMs: 100, healthCheckTimeoutMs: 80 };
    pool = createMcpPool({ transport, minSize: 2, maxConnecting: 2, ...checks });
    await pool.ready();
    const events = collect(pool.events$);
    await stallOften(10);
    const outcomes = events.filter((event) => event.type === 'health');
    expect(outcomes.length).toBeGreaterThan(4);
    expect(outcomes.filter(({ healthy }) => !healthy)).toEqual([]);
    expect([...pool.state.connections].map(({ id }) => id)).toEqual([1, 2]);
  });

  it('gives up no connect that was answered meanwhile', async () => {
    const transport = stdio(scriptedProgram(initialising(), slow));
    pool = createMcpPool({ transport, minSize: 1, connectTimeoutMs: 600 });
    await sleep(10);
    const end = performance.now() + 1000;
    while (performance.now() < end);
    await pool.ready();
    expect([...pool.state.connections].map(({ id }) => id)).toEqual([1]);
  });
});
