/** How long a client holds what it got: one turn of the microtask queue, or one of the event loop. */
export type Hold = 'microtask' | 'immediate';

/** What a pool is opened with. */
export interface Opening {
  readonly size: number;
  /** How long a checkout may wait; left out, as long as the peer does when nobody says anything. */
  readonly timeoutMs?: number;
  /** The URL of the library, where the peer is ours. */
  readonly library: string;
}

/** A pool that is compared with others, in one of the ways that its users have. */
export interface Peer {
  readonly name: string;
  /** `floor`: no pool, only what a pool cannot do without. */
  readonly kind: 'ours' | 'pool' | 'floor';
  readonly hasTimeout: boolean;
  /** Resolves when all of its connections are up. Imports the pool, for no other process shall load it. */
  open(opening: Opening): Promise<OpenPeer> | OpenPeer;
}

/** Clients of one open pool, each doing as its users do. */
export interface Clients {
  /** One client, `pairs` times a checkout and a checkin, with nothing in between. */
  sequential(pairs: number): Promise<void>;
  /** Many clients at once; `pairs` of all together. */
  contended(clients: number, pairs: number, hold: Hold): Promise<void>;
  /** What asks for one connection. Its callbacks are shared by all who ask, so that a waiter costs what the pool makes of it. */
  asker(served: (giveBack: () => void) => void, failed: (error: unknown) => void): () => void;
}

/** A pool whose connections are up; it ends with its process. */
export interface OpenPeer extends Clients {
  /** How many wait, as the pool tells it; `undefined` where it does not. */
  waiting(): number | undefined;
}

/** What all peers pool: there is nothing to it. */
export interface Connection {
  readonly id: number;
}
