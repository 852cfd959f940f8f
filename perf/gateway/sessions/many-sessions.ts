import type { Ratio } from '../../support/result.ts';
import { isAlive, descendantsOf } from '../client/process-cpu.ts';
import { RawConnection } from '../client/raw-connection.ts';
import { RawSession } from '../client/raw-session.ts';
import { startGateway } from '../contenders/contenders.ts';
import { MCP_PATH } from '../opened-contender.ts';
import { askProgram, residentMb } from './counts.ts';

const PROCESSES = 4;
const CONNECTIONS = 50;

/** The memory that sessions take in a gateway with four processes, each of which has called a tool; and what `close` leaves. */
export async function manySessions(count: number): Promise<Ratio[]> {
  const settings = { server: 'lean', era: 'legacy', processes: PROCESSES, leases: 1 } as const;
  const gateway = await startGateway(settings, ['--expose-gc']);
  try {
    const { child, pid, port } = gateway;
    const heapBefore = await askProgram(child, 'heap');
    await openAll(port, count);
    const residentAfter = residentMb(pid);
    const heapAfter = await askProgram(child, 'heap');
    const servers = descendantsOf(pid);
    if (servers.length < PROCESSES) throw new Error(`${servers.length} processes serve, not ${PROCESSES}`);
    await askProgram(child, 'close');
    const left = servers.filter(isAlive).length;
    const what = `${count} sessions on ${PROCESSES} processes`;
    return [
      { name: `${what}: memory of the gateway, MB`, value: residentAfter, target: { atMost: 200 } },
      { name: `${what}: heap of one, bytes`, value: (heapAfter - heapBefore) / count, target: { atMost: 12_000 } },
      { name: `${what}: processes after close`, value: left, target: { atMost: 0 } },
    ];
  } finally {
    await gateway.stop();
  }
}

/** Opens so many sessions by a few connections, and has each of them call a tool. */
async function openAll(port: number, count: number): Promise<void> {
  const endpoint = { port, path: MCP_PATH, era: 'legacy' } as const;
  let left = count;
  const openSome = async (): Promise<void> => {
    const connection = new RawConnection(port);
    while (left-- > 0) await (await RawSession.open(endpoint, connection)).called();
    connection.destroy();
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, openSome));
}
