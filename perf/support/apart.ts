import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Answer } from './answer.ts';
import { type OpenedRow, addressOf, openedRow } from './opened-row.ts';
import type { RowTable, Surroundings } from './row.ts';
import { stop } from './start-work-server.ts';

/**
 * Opens a row in a process of its own, which shares nothing with the others: neither compiled code, nor what Node sets up
 * once for a process, nor the threads that collect its garbage. Its runs resolve with its processor time.
 */
export async function openApart(table: RowTable, name: string, surroundings: Surroundings): Promise<OpenedRow> {
  const address = JSON.stringify(addressOf(table, name, surroundings));
  const program = fileURLToPath(new URL('./apart-child.js', import.meta.url));
  // Code that was compiled for a row must not be thrown away while the other rows run.
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
  return openedRow(table, name, ask, () => stop(child));
}
