import { setTimeout as sleep } from 'node:timers/promises';
import { of } from 'rxjs';
import { type Lease, withConnection } from '../../lib/index.ts';
import { type McpConnection, type McpPool } from '../../lib/mcp/index.ts';
import { callOf, textOf } from '../support/tool-call.ts';

/** What the users have done so far. */
export interface Tally {
  cycles: number;
  failed: number;
  /** Answers that were somebody else's. */
  wrong: number;
}

type User = (pool: McpPool, tally: Tally) => Promise<void>;

const users: readonly User[] = [caller, caller, caller, caller, leaver, leaver, aborter, holder];

/** A closed loop of each kind of user, until the signal is aborted; resolves when all of them have stopped. */
export async function load(pool: McpPool, tally: Tally, signal: AbortSignal): Promise<void> {
  await Promise.all(users.map((user) => loop(user, pool, tally, signal)));
}

async function loop(user: User, pool: McpPool, tally: Tally, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await user(pool, tally);
    } catch {
      tally.failed++;
      // What is down is not to be hammered.
      await sleep(5);
    }
    tally.cycles++;
  }
}

async function caller(pool: McpPool, tally: Tally): Promise<void> {
  const message = String(tally.cycles);
  const answer = await pool.client.callTool({ name: 'echo', arguments: { message } });
  if (textOf(answer) !== message) tally.wrong++;
}

/** Unsubscribes while it waits, or while the server works. */
async function leaver(pool: McpPool): Promise<void> {
  const answer$ = of(callOf('sleep', { ms: 50 })).pipe(withConnection(pool));
  const subscription = answer$.subscribe({ error: () => undefined });
  await sleep(3 * Math.random());
  subscription.unsubscribe();
}

async function aborter(pool: McpPool): Promise<void> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new Error('aborted')), 4 * Math.random());
  const { signal } = controller;
  await pool.client.callTool({ name: 'sleep', arguments: { ms: 2 } }, { signal }).catch((error: unknown) => {
    if (error !== signal.reason) throw error;
  });
  clearTimeout(timer);
}

/** Leases, holds, and now and then destroys. */
function holder(pool: McpPool): Promise<void> {
  return new Promise((resolve, reject) => {
    const next = (lease: Lease<McpConnection>): void => {
      setTimeout(() => {
        if (Math.random() < 0.02) lease.destroy();
        else lease.checkin();
        resolve();
      }, 2);
    };
    pool.checkout({ timeoutMs: 1000 }).subscribe({ next, error: reject });
  });
}
