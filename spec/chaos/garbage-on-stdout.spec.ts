import { filter, firstValueFrom } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { type McpPool, createMcpPool, stdio } from '../../lib/mcp/index.ts';
import { collect } from '../support/listen.ts';
import { initialising, scriptedProgram } from '../support/scripted-server.ts';
import { until } from '../support/until.ts';

let pool: McpPool;

afterEach(() => pool.close());

/** A server that does this before it serves, and that at each ping. */
function openPool(atStart: string, atPing: string, maxGarbageLinesPerSecond?: number) {
  const script = `${atStart}; process.stdin.on('data', (chunk) => { if (chunk.includes('"ping"')) { ${atPing} } });`;
  const program = scriptedProgram(initialising(), script);
  const limits = maxGarbageLinesPerSecond === undefined ? {} : { maxGarbageLinesPerSecond };
  pool = createMcpPool({ transport: stdio({ ...program, ...limits }), maxSize: 1 });
  const events = collect(pool.events$);
  const notes = () => events.filter((event) => event.type === 'notice').map(({ note }) => note);
  const retired = () => events.filter((event) => event.type === 'retire').map(({ reason }) => reason);
  return { notes, retired };
}

const say = (lines: number): string => `for (let i = 0; i < ${lines}; i++) console.log('[info] line ' + i);`;
const garbageLines = (): Promise<number> => pool.use((connection) => connection.garbageLines);

describe('lines on stdout that are no messages', () => {
  it('are skipped, counted and noted when they greet, however many', async () => {
    const { notes, retired } = openPool(say(500), '');
    expect(await pool.client.ping()).toEqual({});
    expect(await garbageLines()).toBe(500);
    expect(notes()).toEqual(['skipped 500 lines that are no messages, such as "[info] line 499"']);
    expect(retired()).toEqual([]);
  });

  it('are skipped, counted and noted when they come with the answers', async () => {
    const { notes, retired } = openPool('', say(1));
    for (let i = 0; i < 20; i++) expect(await pool.client.ping()).toEqual({});
    expect(await garbageLines()).toBe(20);
    expect(notes()).toEqual(['skipped a line that is no message: "[info] line 0"']);
    expect(retired()).toEqual([]);
  });

  it('retire their connection when there are too many, after the request that has it', async () => {
    const { notes, retired } = openPool('', say(200));
    const { next } = await pool.use(async (connection) => {
      const gone = firstValueFrom(pool.events$.pipe(filter(({ type }) => type === 'retire')));
      await connection.client.ping();
      await gone;
      return { next: await firstValueFrom(connection.request({ method: 'initialize' })) };
    });
    expect(next).toHaveProperty('protocolVersion');
    expect(retired()).toEqual(['notice']);
    expect(notes()).toContain('more than 100 lines within a second that are no messages, such as "[info] line 100"');
    await until(() => pool.state.idle === 1);
    expect([...pool.state.connections].map(({ id }) => id)).toEqual([2]);
  });

  it('may be so many as the options say', async () => {
    const { retired } = openPool('', say(200), Infinity);
    expect(await pool.client.ping()).toEqual({});
    await until(async () => (await garbageLines()) === 200);
    expect(retired()).toEqual([]);
  });
});
