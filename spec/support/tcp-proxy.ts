import { once } from 'node:events';
import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { seeded } from './seeded.ts';

/** What goes wrong on the way; may be changed at any time. */
export interface Faults {
  /** Each chunk is held for so long. */
  latencyMs: number;
  /** Bytes go on in pieces of 1 to so many; 0: as they come. */
  sliceBytes: number;
  /** What the server says is cut off after so many bytes of each connection... */
  cutAfterBytes: number;
  /** ...by a reset, or else in good order. */
  cutByReset: boolean;
  /** Nothing goes on, in either direction, and nobody is told. */
  blackHole: boolean;
}

/** A proxy between a client and its server that makes the network misbehave. */
export interface TcpProxy {
  readonly port: number;
  readonly faults: Faults;
  /** The connections of clients that are open. */
  readonly clients: ReadonlySet<Socket>;
  /** How many there ever were. */
  readonly accepted: number;
  /** Ends the present connections; later ones lead to another port. */
  turnTo(target: number): void;
  /** Makes the present connections a black hole for good; later ones are not concerned. */
  freeze(): void;
  stop(): Promise<void>;
}

const harmless: Faults = { latencyMs: 0, sliceBytes: 0, cutAfterBytes: Infinity, cutByReset: false, blackHole: false };

/** Starts a proxy to this port of this machine. */
export async function startTcpProxy(first: number, given: Partial<Faults> = {}): Promise<TcpProxy> {
  const faults = { ...harmless, ...given };
  const frozen = new WeakSet<Socket>();
  const isLost = (socket: Socket): boolean => faults.blackHole || frozen.has(socket);
  const clients = new Set<Socket>();
  const sockets = new Set<Socket>();
  let [target, accepted] = [first, 0];
  const server = createServer({ noDelay: true }, (near) => {
    accepted++;
    const far = connect({ port: target, host: '127.0.0.1', noDelay: true });
    clients.add(near);
    near.once('close', () => clients.delete(near));
    for (const socket of [near, far]) sockets.add(socket.on('error', () => undefined));
    void forward(near, far, { faults, isLost: () => isLost(near), mostBytes: Infinity });
    void forward(far, near, { faults, isLost: () => isLost(near), mostBytes: faults.cutAfterBytes });
  });
  const port = await listening(server);
  return {
    port,
    faults,
    clients,
    get accepted() {
      return accepted;
    },
    turnTo: (other) => {
      target = other;
      for (const socket of sockets) socket.destroy();
    },
    freeze: () => {
      for (const client of clients) frozen.add(client);
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await once(server.close(), 'close');
    },
  };
}

async function listening(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

/** One direction of one connection. */
interface Way {
  readonly faults: Faults;
  readonly isLost: () => boolean;
  readonly mostBytes: number;
}

async function forward(from: Socket, to: Socket, way: Way): Promise<void> {
  const { faults, isLost, mostBytes } = way;
  let passed = 0;
  try {
    for await (const chunk of from as AsyncIterable<Buffer>) {
      if (faults.latencyMs > 0) await sleep(faults.latencyMs);
      const rest = chunk.subarray(0, mostBytes - passed);
      passed += chunk.length;
      for (const piece of pieces(rest, faults.sliceBytes)) {
        if (isLost()) break;
        to.write(piece);
        // What is written in one turn goes out in one packet.
        if (faults.sliceBytes > 0) await turn();
      }
      if (passed >= mostBytes) break;
    }
  } catch {
    // A reset on one side is an end on the other.
  }
  if (isLost() || to.destroyed) return;
  if (passed >= mostBytes && faults.cutByReset) to.resetAndDestroy();
  else to.end();
}

function pieces(bytes: Buffer, most: number): readonly Buffer[] {
  if (most === 0) return [bytes];
  const random = seeded(bytes.length);
  const cut: Buffer[] = [];
  for (let from = 0; from < bytes.length;) {
    const to = from + 1 + random(most);
    cut.push(bytes.subarray(from, to));
    from = to;
  }
  return cut;
}
