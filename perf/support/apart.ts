import { fork } from 'node:child_process';
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
  let settle: { resolve(answer: Answer): void; reject(error: Error): void } | undefined;
  // Listeners that stay: one for each turn would be hundreds.
  child.on('message', (answer: Answer) => settle?.resolve(answer));
  child.once('exit', () => settle?.reject(new Error(`"${name}" ended before it had answered`)));
  const answered = (): Promise<Answer> => new Promise((resolve, reject) => (settle = { resolve, reject }));
  await answered();
  const ask = (times: number): Promise<Answer> => {
    child.send(times);
    return answered();
  };
  return isolateOf(table, name, ask, () => stop(child));
}
