import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ratio } from '../../support/result.ts';
import { RawConnection } from '../client/raw-connection.ts';
import { RawSession } from '../client/raw-session.ts';
import { startGateway } from '../contenders/contenders.ts';
import { MCP_PATH } from '../opened-contender.ts';
import { askProgram, socketsOf } from './counts.ts';

/** How long a session is kept that asks for nothing, in milliseconds. It is looked for such sessions as often. */
const IDLE_MS = 2000;
/** Until the last of them is over. */
const SETTLED_MS = 3 * IDLE_MS;
const CYCLES = 3;
const GONE = 404;

/** A client that listens. */
interface Listening {
  readonly session: RawSession;
  readonly stream: Socket;
}

/** What is left of clients that open a session and a stream each, and vanish without a word; several times over. */
export async function vanishingClients(count: number): Promise<Ratio[]> {
  const settings = { server: 'lean', era: 'legacy', processes: 1, leases: 1, idleMs: IDLE_MS } as const;
  const gateway = await startGateway(settings, ['--expose-gc']);
  try {
    const { child, pid, port } = gateway;
    const socketsBefore = socketsOf(pid);
    const heaps: number[] = [];
    let sessionsLeft = 0;
    for (let cycle = 0; cycle < CYCLES; cycle++) {
      const sessions = await openAndVanish(port, count);
      await sleep(SETTLED_MS);
      sessionsLeft += await stillThere(port, sessions);
      heaps.push(await askProgram(child, 'heap'));
    }
    // The first time much is compiled, and tables grow.
    const grown = (heaps.at(-1) ?? NaN) - (heaps[0] ?? NaN);
    const what = `${count} clients that vanish, ${CYCLES} times`;
    return [
      { name: `${what}: sessions left`, value: sessionsLeft, target: { atMost: 0 } },
      { name: `${what}: sockets left`, value: socketsOf(pid) - socketsBefore, target: { atMost: 0 } },
      { name: `${what}: bytes left by one`, value: grown / count / (CYCLES - 1), target: { atMost: 100 } },
    ];
  } finally {
    await gateway.stop();
  }
}

/** The ids of the sessions. */
async function openAndVanish(port: number, count: number): Promise<string[]> {
  const endpoint = { port, path: MCP_PATH, era: 'legacy' } as const;
  const connection = new RawConnection(port);
  const clients: Listening[] = [];
  while (clients.length < count) {
    const session = await RawSession.open(endpoint, connection);
    const stream = connect({ port, host: '127.0.0.1' });
    stream.write(session.streamRequest);
    await once(stream, 'data');
    clients.push({ session, stream });
  }
  for (const { stream } of clients) stream.destroy();
  connection.destroy();
  return clients.flatMap(({ session }) => session.id ?? []);
}

/** How many of these sessions are still served. */
async function stillThere(port: number, ids: readonly string[]): Promise<number> {
  const connection = new RawConnection(port);
  let count = 0;
  for (const id of ids)
    if ((await RawSession.of({ port, path: MCP_PATH, era: 'legacy' }, connection, id).pinged()) !== GONE) count++;
  connection.destroy();
  return count;
}
