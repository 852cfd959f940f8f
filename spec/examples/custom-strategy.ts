import { filter, pipe } from 'rxjs';
import { type PoolState, type Strategy, leastLoaded } from 'rx-mcp-pool';
import { createMcpPool, tcp } from 'rx-mcp-pool/mcp';
import { serveTcp } from 'rx-mcp-pool/serve';
import { notesServer } from './notes-server.ts';

// A strategy of your own: the last free connection is kept for whoever has a priority.

/** No emission means "none now": whoever is not urgent waits while only one connection is idle. */
const keepOneForUrgent: Strategy = pipe(
  filter(({ next, idle }: PoolState) => (next?.priority ?? 0) > 0 || idle > 1),
  leastLoaded(),
);

const notes = await serveTcp(notesServer);
const transport = tcp({ port: notes.port });
const pool = createMcpPool({ transport, minSize: 2, maxSize: 2, strategy: keepOneForUrgent });
await pool.ready();

const slow = (name: string, priority = 0): Promise<unknown> =>
  pool.use(
    (connection) => {
      console.log(`begins: ${name}`);
      return connection.request({ method: 'tools/call', params: { name: 'slow', arguments: { ms: 50 } } });
    },
    { priority },
  );

// The second one waits, though a connection is idle; the third one gets that.
await Promise.all([slow('report'), slow('another report'), slow('alarm', 1)]);
console.log(`the strategy is called ${pool.state.strategy}`);

await pool.close();
await notes.close();
