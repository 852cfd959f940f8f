import { BehaviorSubject, filter, firstValueFrom } from 'rxjs';
import { type McpEndpoint, createMcpPool, tcp } from 'rx-mcp-pool/mcp';
import { serveTcp } from 'rx-mcp-pool/serve';
import { notesServer } from './notes-server.ts';

// One pool in front of several servers that do the same. The list may come from DNS, Kubernetes or a file: whatever emits.

const [one, two, three] = await Promise.all([serveTcp(notesServer), serveTcp(notesServer), serveTcp(notesServer)]);
const endpoint = (id: string, port: number): McpEndpoint => ({ id, transport: tcp({ port }) });
const first = endpoint('one', one.port);
const second = endpoint('two', two.port);
const third = endpoint('three', three.port);

const endpoints$ = new BehaviorSubject([first, second]);
const pool = createMcpPool({ endpoints$, minSize: 4, maxSize: 4 });

const spread = (): string => pool.state.endpoints.map(({ id, connections }) => `${id}: ${connections}`).join(', ');
const settled = (ids: string): Promise<unknown> =>
  firstValueFrom(
    pool.state$.pipe(
      filter(({ endpoints, idle }) => idle === 4 && endpoints.map(({ id }) => id).join() === ids),
      filter(({ endpoints }) => endpoints.every(({ connections }) => connections === 2)),
    ),
  );

await settled('one,two');
console.log(spread());

// A server leaves: its connections drain, and others are opened elsewhere. A new one gets its share.
endpoints$.next([second, third]);
await settled('two,three');
await pool.client.callTool({ name: 'list' });
console.log(spread());

await pool.close();
await Promise.all([one.close(), two.close(), three.close()]);
