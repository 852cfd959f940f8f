import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastValueFrom, map, timer } from 'rxjs';
import { type PoolEvent, type PoolState, createPool } from '../../lib/index.ts';
import { readLog, recordTo } from '../../lib/log/index.ts';

/** What a real pool has left behind: its log, in three files or more, and its last state. */
export interface RecordedLog {
  readonly folder: string;
  readonly file: string;
  readonly events: readonly PoolEvent[];
  readonly state: PoolState;
  remove(): Promise<void>;
}

/** Four connections, and 400 uses of them, 10 at a time. */
export async function recordedLog(): Promise<RecordedLog> {
  const folder = await mkdtemp(join(tmpdir(), 'mcp-pool-replay-'));
  const file = join(folder, 'pool.jsonl');
  const pool = createPool({ name: 'search', maxSize: 4, connect: ({ id }) => timer(0).pipe(map(() => ({ id }))) });
  const recording = lastValueFrom(pool.events$.pipe(recordTo(file, { maxFileBytes: 30_000, maxFiles: 100 })));
  for (let round = 0; round < 40; round++) {
    await Promise.all(Array.from({ length: 10 }, (_, key) => pool.use(() => timer(1), { key: `k${key}` })));
  }
  await pool.close();
  await recording;
  const events = [...readLog(file)].filter((entry) => entry.type !== 'snapshot' && entry.type !== 'dropped');
  return { folder, file, events, state: pool.state, remove: () => rm(folder, { recursive: true }) };
}
