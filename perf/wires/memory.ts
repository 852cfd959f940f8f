import type { Ports } from '../support/row.ts';
import { startWorkServer } from '../support/start-work-server.ts';
import { toldBy } from '../support/told-by.ts';
import type { Finding } from './finding.ts';
import { holders } from './contenders/holders.ts';

/** How many are measured side by side: nothing of it depends on time. */
const AT_ONCE = 2;

/** The bytes of the heap that one request under way takes, each contender in a process of its own. */
export async function memory(): Promise<Finding[]> {
  const server = await startWorkServer(new URL('./servers/server.js', import.meta.url));
  const all = [...holders];
  const findings: Finding[] = [];
  try {
    for (let at = 0; at < all.length; at += AT_ONCE) {
      const side = all.slice(at, at + AT_ONCE).map(([name, { atMost }]) => findingOf(name, server, atMost));
      findings.push(...(await Promise.all(side)));
    }
  } finally {
    await server.stop();
  }
  return findings;
}

async function findingOf(holder: string, { port, httpPort }: Ports, atMost: number | undefined): Promise<Finding> {
  const program = new URL('./memory-child.js', import.meta.url);
  const told = await toldBy(program, [holder, String(port), String(httpPort)], ['--expose-gc']);
  if (told === undefined) throw new Error(`what a request of ${holder} takes was not measured`);
  const name = `a request under way, ${holder}, bytes`;
  return { name, value: Number(told['bytes']), digits: 0, ...(atMost !== undefined && { target: { atMost } }) };
}
