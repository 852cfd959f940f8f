import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const here = fileURLToPath(new URL('.', import.meta.url));
const built = fileURLToPath(new URL('../../build/spec/examples/', import.meta.url));

/** What each program prints. */
const prints: Readonly<Record<string, readonly (string | RegExp)[]>> = {
  'express-pool-per-user': ['ann: buy milk', 'bob: call ann', '2 pools'],
  'fastify-pool-per-user': ['ann: buy milk', 'bob: call ann', '0 pools after the end'],
  'gateway-jwt': [
    'ann: add, list, slow',
    'a guest: list',
    'a stranger: ERR_JWT_CLAIM_VALIDATION_FAILED',
    'for another audience: refused',
    'a stranger: ERR_JWT_EXPIRED',
    'expired: refused',
  ],
  'client-goes-away': ['Error: the client went away', 'took 1 ms'],
  'custom-strategy': ['begins: report', 'begins: alarm', 'begins: another report', 'the strategy is called custom'],
  'live-metrics': [
    'nobody waits',
    'somebody waits',
    /^\d of \d in use, waited up to \d+ ms$/,
    'nobody waits',
    '8 checkouts so far',
    'the next one is refused',
    'slow: 8 calls, 0 failed',
  ],
  'many-endpoints': ['one: 2, two: 2', 'two: 2, three: 2'],
  'pinned-connections': ['tea: water, leaves', 'cake: flour', '2 connections are pinned'],
  'family-per-user': [
    'fulfilled, fulfilled, fulfilled, fulfilled',
    '3 pools, 4 checkouts',
    'pools-1 is open',
    'pools-2 is open',
    'pools-3 is open',
  ],
  shutdown: [
    'closing',
    'a request that comes later: POOL_CLOSED',
    'a request under way: took 300 ms',
    'closed, 0 connections left',
  ],
};

/** What they share. */
const parts = ['notes-server', 'notes-program', 'text-of', 'examples.spec'];

async function linesOf(name: string): Promise<string[]> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [`${built}${name}.js`]);
  expect(stderr).toBe('');
  return stdout.trim().split('\n');
}

it.each(Object.keys(prints))('runs %s to its end', async (name) => {
  const expected = (prints[name] ?? []).map((line): unknown =>
    typeof line === 'string' ? line : expect.stringMatching(line),
  );
  const lines = await linesOf(name);
  // Windows end when they end: on a slow machine before or after something else.
  expect(lines).toEqual(name === 'live-metrics' ? expect.arrayContaining(expected) : expected);
  expect(lines).toHaveLength(expected.length);
});

it('tries each example that there is', async () => {
  const files = await readdir(here);
  const programs = files.filter((file) => file.endsWith('.ts')).map((file) => file.slice(0, -'.ts'.length));
  expect(programs.filter((name) => !parts.includes(name)).sort()).toEqual(Object.keys(prints).sort());
});
