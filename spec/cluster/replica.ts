import { type Socket, connect } from 'node:net';
import { Observable, fromEvent, merge, take } from 'rxjs';
import { createClient } from 'redis';
import { redisAllowance } from '../../lib/cluster/index.ts';
import { createPool } from '../../lib/index.ts';
import type { ReplicaOptions, ReplicaReport } from '../support/replicas.ts';

// A program of its own: a pool under the cap, whose users want as many connections as its parent says.

const options = JSON.parse(process.argv[2] ?? '{}') as ReplicaOptions;
const redis = createClient({ socket: { host: '127.0.0.1', port: options.redisPort, reconnectStrategy: 50 } });
redis.on('error', () => undefined);
void redis.connect();

const pool = createPool<Socket>({
  name: options.replica,
  minSize: 0,
  maxSize: 100,
  maxConnecting: 100,
  checkoutTimeoutMs: 0,
  allowance: redisAllowance({ redis, ...options.allowance }),
  connect: () =>
    new Observable((subscriber) => {
      const socket = connect(options.upstreamPort, '127.0.0.1', () => subscriber.next(socket));
      socket.on('error', (error) => subscriber.error(error)).resume();
      return () => socket.destroy();
    }),
  // Closed when the server has ended its side too: by then it does not count it any more.
  close: (socket) => {
    const closed$ = fromEvent(socket, 'close').pipe(take(1));
    socket.end();
    return closed$;
  },
  down: (socket) => merge(fromEvent(socket, 'close'), fromEvent(socket, 'end')),
});

let [wanted, workers, uses, cut] = [0, 0, 0, 0];
const modes: string[] = [];
pool.events$.subscribe((event) => {
  if (event.type === 'allowance') modes.push(event.mode);
});

/** Uses a connection again and again, as long as so many are wanted. */
async function work(): Promise<void> {
  workers++;
  while (workers <= wanted) {
    try {
      await pool.use(() => new Promise((resolve) => setTimeout(resolve, options.useMs)));
      uses++;
    } catch {
      cut++;
    }
  }
  workers--;
}

process.on('message', (message: { readonly want?: number; readonly close?: boolean }) => {
  wanted = message.want ?? wanted;
  for (let missing = wanted - workers; missing > 0; missing--) void work();
  if (message.close === true) void end();
  const { allowed, allowedBy, active, size } = pool.state;
  process.send?.({ allowed, allowedBy, active, size, uses, cut, modes } satisfies ReplicaReport);
});

async function end(): Promise<void> {
  wanted = 0;
  await pool.close();
  // Once its last word has been sent.
  await redis.close();
  process.disconnect();
}
