import type { Ports } from '../support/row.ts';
import { startWorkServer } from '../support/start-work-server.ts';
import { toldBy } from '../support/told-by.ts';
import type { Finding } from './finding.ts';

/** What 10 000 calls leave behind: warnings of Node, and listeners on the signal that they share and on the process. */
export async function leftovers(): Promise<Finding[]> {
  const server = await startWorkServer(new URL('./servers/server.js', import.meta.url));
  try {
    return (await Promise.all(['TCP', 'HTTP'].map((where) => findingsOf(where, server)))).flat();
  } finally {
    await server.stop();
  }
}

async function findingsOf(where: string, { port, httpPort }: Ports): Promise<Finding[]> {
  const program = new URL('./leftovers-child.js', import.meta.url);
  const told = await toldBy(program, [where, String(port), String(httpPort)]);
  if (told === undefined) throw new Error(`what calls over ${where} leave behind was not measured`);
  const target = { atMost: 0 };
  return ['warnings', 'listeners'].map((what) => {
    return { name: `${what} left by 10 000 calls, ${where}`, value: Number(told[what]), digits: 0, target };
  });
}
