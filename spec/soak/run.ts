import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createMcpPool, stdio, tcp } from '../../lib/mcp/index.ts';
import { bytesInUse } from '../support/memory.ts';
import { startTcpServer } from '../support/start-tcp-server.ts';
import { type Tally, load } from './load.ts';
import { resourcesNow } from './resources.ts';
import type { Point } from './slope.ts';
import { type TroubleParts, makeTrouble } from './trouble.ts';

/** How it stood at one moment. */
export interface Progress extends Tally {
  readonly seconds: number;
  readonly bytes: number;
  readonly descriptors: number;
  readonly children: number;
}

/** What was measured, and what the pools say at the end. */
export interface SoakResult {
  readonly tally: Tally;
  /** Bytes in use after so many cycles. */
  readonly memory: readonly Point[];
  /** Pools whose books do not balance. */
  readonly unbalanced: readonly string[];
}

const SAMPLE_MS = 5000;
const TROUBLE_MS = 1000;

const lives = { healthCheckIntervalMs: 500, idleTimeoutMs: 3000, maxLifetimeMs: [5000, 15_000] } as const;

/** Puts load on the pools and makes trouble for so long, or until the signal is aborted; closes everything. */
export async function soak(ms: number, signal: AbortSignal, tell: (progress: Progress) => void): Promise<SoakResult> {
  const server = await startTcpServer();
  const program = fileURLToPath(new URL('stdio-server.js', import.meta.url));
  const pools = [
    createMcpPool({ ...lives, name: 'tcp', transport: tcp({ port: server.port }), minSize: 2, maxSize: 6 }),
    createMcpPool({
      ...lives,
      name: 'stdio',
      transport: stdio({ command: process.execPath, args: [program] }),
      minSize: 1,
      maxSize: 3,
    }),
  ];
  const parts: TroubleParts = { pools, server };
  const tally: Tally = { cycles: 0, failed: 0, wrong: 0 };
  const stop = new AbortController();
  const done = Promise.all(pools.map((pool) => load(pool, tally, stop.signal)));
  const memory = await measure(ms, signal, tally, parts, tell);
  stop.abort();
  await done;
  await Promise.all(pools.map((pool) => pool.close({ timeoutMs: 1000 })));
  await parts.server.stop();
  return { tally, memory, unbalanced: pools.filter((pool) => !isBalanced(pool)).map(({ name }) => name) };
}

async function measure(
  ms: number,
  signal: AbortSignal,
  tally: Tally,
  parts: TroubleParts,
  tell: (progress: Progress) => void,
): Promise<Point[]> {
  const memory: Point[] = [];
  const from = performance.now();
  let sampledAt = from;
  while (performance.now() - from < ms && !signal.aborted) {
    await sleep(TROUBLE_MS, undefined, { signal }).catch(() => undefined);
    await makeTrouble(parts);
    if (performance.now() - sampledAt < SAMPLE_MS) continue;
    sampledAt = performance.now();
    const bytes = bytesInUse();
    memory.push({ x: tally.cycles, y: bytes });
    tell({ ...tally, seconds: (sampledAt - from) / 1000, bytes, ...resourcesNow() });
  }
  return memory;
}

function isBalanced({ state }: { readonly state: TroubleParts['pools'][number]['state'] }): boolean {
  const { phase, size, waiting, checkouts, checkins, destroyed, lost } = state;
  return phase === 'closed' && size === 0 && waiting === 0 && checkouts === checkins + destroyed + lost;
}
