import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Answer } from './answer.ts';
import { type Isolate, addressOf, isolateOf } from './isolate.ts';
import type { Ports, RowTable } from './row.ts';
import { stop } from './start-work-server.ts';

/**
 * Opens a row in a process of its own, which shares nothing with the others: neither what Node sets up once for a process,
 * such as the agent of `fetch`, nor the threads that collect its garbage. Its runs resolve with its processor time.
 */
export async function openApart(table: RowTable, name: string, ports: Ports): Promise<Isolate> {
  const address = JSON.stringify(addressOf(table, name, ports));
  const program = fileURLToPath(new URL('./apart-child.js', import.meta.url));
  const child = fork(program, [address], { execArgv: ['--no-flush-bytecode'] });
  const answered = async (): Promise<Answer> => {
    const told = await Promise.race([once(child, 'message'), once(child, 'exit').then(() => undefined)]);
    if (told === undefined) throw new Error(`"${name}" ended before it had answered`);
    return told[0] as Answer;
  };
  await answered();
  const ask = (times: number): Promise<Answer> => {
    child.send(times);
    return answered();
  };
  return isolateOf(table, name, ask, () => stop(child));
}
