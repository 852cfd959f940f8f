import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { Lease, Pool } from '../../lib/index.ts';
import { seeded } from './seeded.ts';

/** Real leases in disorder: some time out, some are destroyed or checked in twice, connections die. Ends by itself. */
export async function unrulyRun(pool: Pool<Socket>, checkouts: number, seed = 1): Promise<void> {
  const draw = seeded(seed);
  const work = async (socket: Socket, lease: Lease<Socket>): Promise<void> => {
    for (let turns = draw(5); turns > 0; turns--) await new Promise(setImmediate);
    const percent = draw(100);
    if (percent < 5) {
      const gone = once(socket, 'close');
      socket.destroy();
      await gone;
    } else if (percent < 10) lease.destroy('as drawn');
    else if (percent < 15) {
      lease.checkin();
      lease.checkin();
    } else if (percent < 20) throw new Error('as drawn');
  };
  const client = async (): Promise<void> => {
    for (let i = 0; i < checkouts / 20; i++) {
      await pool.use(work, { timeoutMs: draw(2) === 0 ? 2 : 1000 }).catch(() => undefined);
    }
  };
  await Promise.all(Array.from({ length: 20 }, client));
}
