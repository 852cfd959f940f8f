import { afterEach, describe, expect, it } from 'vitest';
import { createMcpPool, tcp } from '../../../lib/mcp/index.ts';
import { hasManyBrackets, isDeeperThan } from '../../../lib/mcp/transport/message-depth.ts';
import { type LineServer, startLineServer } from '../../support/line-server.ts';
import { answer, initialising } from '../../support/scripted-server.ts';

/** So many arrays within each other. */
function nested(depth: number): unknown {
  return JSON.parse('['.repeat(depth) + ']'.repeat(depth));
}

describe('isDeeperThan', () => {
  it('counts arrays and objects within each other', () => {
    expect([nested(5), { a: [{ b: {} }] }].map((value) => isDeeperThan(value, 4))).toEqual([true, false]);
    expect([nested(5), { a: [{ b: {} }] }].map((value) => isDeeperThan(value, 3))).toEqual([true, true]);
  });

  it('does not count what stands beside each other, nor what holds nothing', () => {
    expect(isDeeperThan([[], [], {}, 'text', null, 1], 2)).toBe(false);
    expect([null, 'text', 7].some((value) => isDeeperThan(value, 0))).toBe(false);
  });

  it('ends however deep it goes', () => {
    expect(isDeeperThan(nested(5000), 100)).toBe(true);
  });
});

describe('hasManyBrackets', () => {
  it('is so only for texts that open more than so many', () => {
    expect(hasManyBrackets('['.repeat(101) + ']'.repeat(101), 100)).toBe(true);
    expect(hasManyBrackets('['.repeat(100) + ']'.repeat(100), 100)).toBe(false);
    expect(hasManyBrackets('x'.repeat(10_000), 100)).toBe(false);
  });
});

describe('maxMessageDepth', () => {
  const ends: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  /** A server whose tools answer nested so deep. */
  async function nesting(depth: number): Promise<LineServer> {
    const server = await startLineServer((message, say) => {
      if (message.method === 'tools/call') say({ id: message.id, result: { content: [], deep: nested(depth) } });
      else answer(message, initialising(), say);
    });
    ends.push(() => server.stop());
    return server;
  }

  it.each([
    [90, 'answers'],
    [200, 'ends'],
  ])('%i within each other: the connection %s', async (depth, expected) => {
    const { port } = await nesting(depth);
    const pool = createMcpPool({ transport: tcp({ port }), minSize: 1, maxSize: 1, retry: false });
    ends.push(() => pool.close());
    const call = pool.use((connection) => connection.request({ method: 'tools/call' }));
    if (expected === 'answers') await expect(call).resolves.toHaveProperty('deep');
    else await expect(call).rejects.toThrow('nested deeper than the limit of 100 (maxMessageDepth)');
  });

  it('is a whole number from 1 to 1000', () => {
    expect(() => tcp({ port: 80, maxMessageDepth: 0 })).toThrow(RangeError);
    expect(() => tcp({ port: 80, maxMessageDepth: 2000 })).toThrow('maxMessageDepth');
  });
});
