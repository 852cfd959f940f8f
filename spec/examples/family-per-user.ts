import { from, lastValueFrom, map, toArray } from 'rxjs';
import { createMcpPoolFamily, tcp, withConnectionFor } from 'rx-mcp-pool/mcp';
import { serveTcp } from 'rx-mcp-pool/serve';
import { notesServer } from './notes-server.ts';

// A stream of requests of many users, each served by the pool of its user, and pools that close when they are idle.

interface User {
  readonly id: string;
}

interface UserRequest {
  readonly user: User;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

const notes = await serveTcp(notesServer);
const pools = createMcpPoolFamily<User, UserRequest>({
  // Names the server, the user and the environment, each by what does not change: never by a token.
  key: ({ id }) => `notes ${id} example`,
  options: () => ({ transport: tcp({ port: notes.port }), maxSize: 2 }),
  maxPools: 10,
  idleTimeoutMs: 60_000,
});

const requests: UserRequest[] = ['ann', 'bob', 'ann', 'eve'].map((id) => ({
  user: { id },
  method: 'tools/call',
  params: { name: 'add', arguments: { note: `a note of ${id}` } },
}));

const outcomes = await lastValueFrom(
  from(requests).pipe(
    withConnectionFor(
      pools,
      ({ user }) => user,
      (connection, { method, params }) => connection.request({ method, params }),
      { settle: true, ordered: true }, // one failing request does not end the stream
    ),
    map(({ status }) => status),
    toArray(),
  ),
);
console.log(outcomes.join(', '));

const { openPools, totalCheckouts } = pools.metrics;
console.log(`${openPools} pools, ${totalCheckouts} checkouts`);
for (const { name, status } of pools.list()) console.log(`${name} is ${status}`);

await pools.close();
await notes.close();
