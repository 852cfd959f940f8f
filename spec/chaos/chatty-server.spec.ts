import { filter, firstValueFrom } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { type McpPool, createMcpPool, stdio } from '../../lib/mcp/index.ts';
import { collect } from '../support/listen.ts';
import { initialising, scriptedProgram } from '../support/scripted-server.ts';

let pool: McpPool;

afterEach(() => pool.close());

/** A server that does this when it is started, and that when it has been initialised. */
function openPool(atStart: string, afterwards = '') {
  const script = `
    const say = (times, text) => { for (let i = 0; i < times; i++) console.log(text); };
    const message = (rest) => JSON.stringify({ jsonrpc: '2.0', ...rest });
    ${atStart};
    process.stdin.on('data', (chunk) => {
      if (chunk.includes('notifications/initialized')) { ${afterwards} }
    });`;
  const program = scriptedProgram(initialising(), script);
  const transport = stdio({ ...program, maxServerMessagesPerSecond: 100 });
  pool = createMcpPool({ transport, minSize: 1, maxSize: 1, connectBackoff: { minMs: 20_000, maxMs: 30_000 } });
  return collect(pool.events$);
}

describe('a server that says much before it is initialised', () => {
  it.each([
    ['lines', `say(5000, '[info] loading')`],
    ['notifications', `say(5000, message({ method: 'notifications/message', params: { level: 'info', data: 1 } }))`],
    ['answers', `say(5000, message({ id: 4711, result: {} }))`],
  ])('serves as any other does: %s', async (what, atStart) => {
    const events = openPool(atStart);
    for (let i = 0; i < 5; i++) expect(await pool.client.ping()).toEqual({});
    expect(events.filter(({ type }) => type === 'retire')).toEqual([]);
    const notes = events.flatMap((event) => (event.type === 'notice' ? [event.note] : []));
    expect(notes).toEqual(
      what === 'lines' ? ['skipped 5000 lines that are no messages, such as "[info] loading"'] : [],
    );
  });
});

describe('a server that says too much as soon as it is up', () => {
  it.each([
    ['lines', `say(300, '[info] ready')`],
    ['notifications', `say(300, message({ method: 'notifications/message', params: { level: 'info', data: 1 } }))`],
    ['progress', `say(300, message({ method: 'notifications/progress', params: { progressToken: 7, progress: 1 } }))`],
    ['answers', `say(300, message({ id: 4711, result: {} }))`],
  ])('is not started without end: %s', async (_, afterwards) => {
    const events = openPool('', `setTimeout(() => { ${afterwards} }, 20)`);
    const open = firstValueFrom(pool.events$.pipe(filter((event) => event.type === 'circuit')));
    expect(await open).toMatchObject({ circuit: 'open' });
    expect(events.filter(({ type }) => type === 'connecting')).toHaveLength(2);
    const notes = events.flatMap((event) => (event.type === 'notice' ? [event.note] : []));
    expect(notes.filter((note) => note.startsWith('more than 100 '))).toHaveLength(2);
  });
});
