import { setTimeout as sleep } from 'node:timers/promises';
import { serveGateway } from '../../../lib/gateway/index.ts';
import { stdio } from '../../../lib/mcp/index.ts';
import { seeded } from '../../support/seeded.ts';
import { type CrowdClient, LegacyCrowdClient, ModernCrowdClient } from './crowd-client.ts';
import { type Tally, newTally } from './tally.ts';

/** How many clients call how often, and what happens meanwhile. */
export interface CrowdPlan {
  readonly clients: number;
  readonly calls: number;
  readonly processes: number;
  /** The program of the servers. */
  readonly program: string;
  readonly seed: number;
  /** A server is killed about so often, in milliseconds; `Infinity`: never. */
  readonly killEachMs: number;
  /** Told of the tally a few times a second. */
  readonly progress?: (tally: Tally, done: number) => void;
}

/** What a crowd has seen, and how often servers were killed. */
export interface CrowdResult {
  readonly tally: Tally;
  readonly kills: number;
}

/**
 * Clients of both eras, all through one gateway, to a few processes of a server that asks each caller back. They cancel calls
 * and vanish at random, and servers are killed.
 */
export async function crowd(plan: CrowdPlan): Promise<CrowdResult> {
  const { clients, calls, processes, program, seed, killEachMs, progress } = plan;
  const tally = newTally();
  const draw = seeded(seed);
  const random = (): number => draw(2 ** 20) / 2 ** 20;
  const transport = stdio({ command: process.execPath, args: [program] });
  const servers = {
    asking: { transport, minSize: 0, maxSize: processes, checkoutTimeoutMs: 60_000, maxWaiting: 100_000 },
  };
  const gateway = await serveGateway({ servers, port: 0, drainMs: 1000 });
  let [begun, done, kills] = [0, 0, 0];
  const whims = { cancels: 0.05, vanishes: 0.005 };
  const people = Array.from({ length: clients }, (_, n): CrowdClient => {
    const parts = { url: gateway.url, name: `client ${n}`, tally, whims, random };
    return n % 2 === 0 ? new LegacyCrowdClient(parts) : new ModernCrowdClient(parts);
  });
  const killing = setInterval(
    () => {
      const [victim] = tally.processes;
      if (victim === undefined) return;
      tally.processes.clear();
      if (kill(victim)) kills++;
    },
    Math.min(killEachMs, 2 ** 30),
  );
  const telling = setInterval(() => progress?.(tally, done), 500);
  try {
    await Promise.all(
      people.map(async (client) => {
        while (begun < calls) {
          begun++;
          await client.call();
          done++;
          // Others are to have their turn.
          if (done % 50 === 0) await sleep(0);
        }
      }),
    );
  } finally {
    clearInterval(killing);
    clearInterval(telling);
    await Promise.all(people.map((client) => client.close()));
    await gateway.close();
  }
  return { tally, kills };
}

function kill(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
    return false;
  }
}
