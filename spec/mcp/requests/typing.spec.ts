import type { Progress, Result } from '@modelcontextprotocol/client';
import { type Observable, of } from 'rxjs';
import { expectTypeOf, it } from 'vitest';
import { withConnection } from '../../../lib/index.ts';
import {
  type McpClient,
  type McpPool,
  createMcpPool,
  createMcpPoolFamily,
  tcp,
  withConnectionFor,
} from '../../../lib/mcp/index.ts';

const options = { transport: tcp({ port: 9 }), minSize: 0 };
const request = { method: 'tools/call', params: { name: 'echo', arguments: { message: 'hi' } } };
interface User {
  readonly id: string;
}

// What is pinned down here are types: that a user's program compiles as it is naturally written.
it('takes handlers in the options of each method of the client', () => {
  expectTypeOf<McpClient['callTool']>().toBeCallableWith(
    { name: 'echo' },
    { handlers: { log: () => undefined }, timeout: 1 },
  );
  expectTypeOf<McpClient['listTools']>().toBeCallableWith(undefined, { handlers: { roots: () => ({ roots: [] }) } });
  expectTypeOf<McpClient['ping']>().toBeCallableWith({ handlers: {} });
  expectTypeOf<McpClient['request']>().toBeCallableWith(request, { handlers: {} });
  const list = (client: McpClient) => client.request({ method: 'tools/list' });
  expectTypeOf(list).returns.resolves.toHaveProperty('tools');
});

it('infers what a project is given where the pool says what is retried', () => {
  const piped = (pool: McpPool) =>
    of(request).pipe(
      withConnection(pool, (connection, asked) => connection.stream(asked), { retry: pool.retryPolicy }),
    );
  expectTypeOf(piped).returns.toEqualTypeOf<Observable<Progress | Result>>();
  const used = (pool: McpPool) => pool.use(({ id }) => id, { retry: undefined });
  expectTypeOf(used).returns.resolves.toEqualTypeOf<number>();
});

it('infers the requests of a stream for many principals', () => {
  const pools = createMcpPoolFamily({ key: (user: User) => user.id, options: () => options });
  const answers$ = of({ user: { id: 'a' }, ...request }).pipe(withConnectionFor(pools, ({ user }) => user));
  expectTypeOf(answers$).toEqualTypeOf<Observable<Result>>();
});

it('is a pool that awaits its end', async () => {
  await using pool = createMcpPool(options);
  expectTypeOf(pool).toEqualTypeOf<McpPool>();
});

it('emits either where only the program knows whether it settles', () => {
  type Either = Observable<number | PromiseSettledResult<number>>;
  const piped = (pool: McpPool, settle: boolean) => of(request).pipe(withConnection(pool, () => [1], { settle }));
  expectTypeOf(piped).returns.toEqualTypeOf<Either>();
  const own = (pool: McpPool, settle: boolean) => of(request).pipe(withConnection(pool, undefined, { settle }));
  expectTypeOf(own).returns.toEqualTypeOf<Observable<Result | PromiseSettledResult<Result>>>();
  const pools = createMcpPoolFamily({ key: (user: User) => user.id, options: () => options });
  const forEach = (settle: boolean) =>
    of({ user: { id: 'a' }, ...request }).pipe(
      withConnectionFor(
        pools,
        ({ user }) => user,
        () => [1],
        { settle },
      ),
    );
  expectTypeOf(forEach).returns.toEqualTypeOf<Either>();
  // What is known is as it was.
  const settles = (pool: McpPool) => of(request).pipe(withConnection(pool, () => [1], { settle: true }));
  expectTypeOf(settles).returns.toEqualTypeOf<Observable<PromiseSettledResult<number>>>();
  const fails = (pool: McpPool) => of(request).pipe(withConnection(pool, () => [1], { settle: false, ordered: true }));
  expectTypeOf(fails).returns.toEqualTypeOf<Observable<number>>();
});
