import { Session } from 'node:inspector/promises';
import { type Observer, Observable, Subject } from 'rxjs';
import { createPool } from '../../lib/pool/reactive-pool.ts';
import { createMcpPool } from '../../lib/mcp/mcp-pool.ts';
import { tcp } from '../../lib/mcp/lines/tcp.ts';
import { withConnection } from '../../lib/requests/with-connection.ts';
import { startTcpServer } from './start-tcp-server.ts';

// A program of its own: V8 tells which files of `lib/` were entered while something happened, as JSON by the walk's name.
const session = new Session();
session.connect();
await session.post('Profiler.enable');
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });

/** The files of which a function was called since the last time. */
async function entered(): Promise<readonly string[]> {
  const { result } = await session.post('Profiler.takePreciseCoverage');
  return result.flatMap(({ url, functions }) => {
    const [, file] = /\/build\/lib\/(.*)\.js$/.exec(url) ?? [];
    // The module itself is a function without a name.
    const isEntered = functions.some(({ functionName, ranges }) => functionName !== '' && (ranges[0]?.count ?? 0) > 0);
    return file !== undefined && isEntered ? [`${file}.ts`] : [];
  });
}

const server = await startTcpServer();
await entered();
const mcpPool = createMcpPool({
  transport: tcp({ port: server.port }),
  minSize: 1,
  maxSize: 1,
  healthCheckIntervalMs: 0,
});
const created = await entered();

await mcpPool.ready();
const requests$ = new Subject<{ method: string; params: Record<string, unknown> }>();
let answered: () => void = () => undefined;
requests$.pipe(withConnection(mcpPool)).subscribe(() => {
  answered();
});
const ask = (): Promise<void> =>
  new Promise((resolve) => {
    answered = resolve;
    requests$.next({ method: 'tools/call', params: { name: 'echo', arguments: { message: 'hi' } } });
  });
for (let i = 0; i < 5; i++) await ask();
await entered();
const answer = ask();
await new Promise<void>((resolve) => {
  queueMicrotask(resolve);
});
const there = await entered();
await answer;
const back = await entered();
await mcpPool.close();

let connection: Observer<object> | undefined;
const pool = createPool({
  connect: () =>
    new Observable<object>((observer) => {
      connection = observer;
      observer.next({});
    }),
  minSize: 1,
  maxSize: 1,
});
await pool.ready();
pool.checkout().subscribe();
await entered();
connection?.error(new Error('it died'));
const death = await entered();
await pool.close();

await server.stop();
process.stdout.write(JSON.stringify({ created, there, back, death }));
