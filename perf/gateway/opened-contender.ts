import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { stop } from '../support/start-work-server.ts';
import type { Turn, TurnPlan } from './client/turn.ts';
import type { Contender } from './contenders/contender.ts';

/** A contender that runs, and its client in a process of its own: a client that has all of them compiles for none. */
export interface OpenedContender extends Omit<Contender, 'start'> {
  turn(plan: Omit<TurnPlan, 'endpoint' | 'pid'>): Promise<Turn>;
  close(): Promise<void>;
}

/** Where all that is measured has MCP. */
export const MCP_PATH = '/mcp';

/** Starts a contender and its client. */
export async function openContender(contender: Contender): Promise<OpenedContender> {
  const { name, era, clients } = contender;
  const running = await contender.start();
  const program = fileURLToPath(new URL('./client/client-program.js', import.meta.url));
  const client = fork(program, { execArgv: ['--no-flush-bytecode'] });
  const endpoint = { port: running.port, path: MCP_PATH, era };
  return {
    name,
    era,
    clients,
    turn: async (plan) => {
      client.send({ ...plan, pid: running.pid, endpoint } satisfies TurnPlan);
      const ended = new AbortController();
      const { signal } = ended;
      const told = await Promise.race([
        once(client, 'message', { signal }),
        once(client, 'exit', { signal }).then(() => undefined),
      ]);
      ended.abort();
      if (told === undefined) throw new Error(`the client of ${name} broke off`);
      return told[0] as Turn;
    },
    close: async () => {
      await stop(client);
      await running.stop();
    },
  };
}
