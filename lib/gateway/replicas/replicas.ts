import type { JSONRPCMessage, JSONRPCRequest } from '@modelcontextprotocol/client';
import { randomBytes } from 'node:crypto';
import { NEVER, type Observable } from 'rxjs';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import type { Hop } from './hop.ts';
import { HopServer, type HopTaker } from './hop-server.ts';
import type { PeerReport } from './peer-problems.ts';
import { Peers } from './peers.ts';
import type { ResolvedReplicas } from './replica-options.ts';
import { type SessionFacts, digestOf } from './sealed-id.ts';

/** What this node does with what the others send. */
export type Taker = Omit<HopTaker, 'node'>;

/** A request of a client, as another node is to see it. */
export type Forwarded = Omit<Extract<Hop, { kind: 'request' }>, 'kind' | 'to' | 'aliveMs'>;

/** Who is called where another node does not answer a request. */
export interface Failed {
  gone(): void;
  lost(): void;
}

/** For so long a session may be begun anew by another node, in milliseconds. */
const SESSION_MS = 24 * 3_600_000;
/** How many sessions that were ended by their clients are remembered. */
const MOST_ENDED = 100_000;
const MISDIRECTED = 421;
/** So many times within the longest silence a node says that it has not forgotten a request. */
const ALIVE_WITHIN_SILENCE = 4;

/** One of several gateways that are one for their clients: who it is, what ids say, and the way to the others. */
export class Replicas {
  /** The name of this node; another one each time it is started. */
  readonly node: string = randomBytes(6).toString('base64url');
  readonly #options: ResolvedReplicas;
  readonly #peers: Peers | undefined;
  readonly #server: HopServer;
  /** Sessions that their clients have ended: whoever has such an id has to begin anew. */
  readonly #ended = new Set<string>();
  #forwarded = 0;

  constructor(options: ResolvedReplicas, taker: Taker) {
    const { keys, peers$ } = options;
    this.#options = options;
    this.#peers = peers$ === undefined ? undefined : new Peers({ node: this.node, peers$, keys });
    this.#server = new HopServer(keys, {
      node: this.node,
      requested: taker.requested.bind(taker),
      told: (hop) => {
        if (hop.act === 'end') this.#remember(hop.session);
        taker.told(hop);
      },
      keptOf: taker.keptOf.bind(taker),
    });
  }

  /** Listens for the others, where there are any. Resolves with the port; `undefined` where there are none. */
  async listen(): Promise<number | undefined> {
    const { host, port } = this.#options;
    return this.#peers === undefined ? undefined : this.#server.listen(host, port);
  }

  async close(): Promise<void> {
    this.#peers?.close();
    await this.#server.close();
  }

  /** The id of a session that has begun here. */
  seal(facts: Pick<SessionFacts, 'session' | 'principal' | 'capabilities' | 'version'>): string {
    const { ids } = this.#options;
    const principal = digestOf(facts.principal);
    return ids.seal({ ...facts, node: this.node, principal, until: Date.now() + SESSION_MS });
  }

  /** What stands in the id of a session; `undefined` where it is none, or not this principal's, or too old, or ended. */
  open(id: string, principal: string): SessionFacts | undefined {
    const facts = this.#options.ids.open(id);
    if (facts?.principal !== digestOf(principal) || facts.until < Date.now()) return undefined;
    return this.#ended.has(facts.session) ? undefined : facts;
  }

  /** The client has ended its session, wherever that is. */
  ended(session: string): void {
    this.#remember(session);
    this.#peers?.tell({ kind: 'tell', session, act: 'end' });
  }

  /** Has all others take a message as if the client had sent it there, where they know the session. */
  take(session: string, message: JSONRPCMessage): void {
    this.#peers?.tell({ kind: 'tell', session, act: 'take', message });
  }

  /** What a session has asked for that still holds, as another node knows that has the session. */
  async keptOf(session: string): Promise<readonly JSONRPCRequest[]> {
    const list = await this.#peers?.listOf({ kind: 'kept', session });
    return (list ?? []) as readonly JSONRPCRequest[];
  }

  /** Has whoever has the stream of the client show it this message. */
  show(session: string, message: JSONRPCMessage): void {
    this.#peers?.tell({ kind: 'tell', session, act: 'show', message });
  }

  /** How the others are. */
  get peers(): readonly PeerReport[] {
    return this.#peers?.reports ?? [];
  }

  /** Tells of others with which something is wrong; see `PeerProblems`. */
  get peerProblems$(): Observable<PeerReport> {
    return this.#peers?.problems$ ?? NEVER;
  }

  /** Whether there may be others to be told. */
  get hasPeers(): boolean {
    return this.#peers !== undefined;
  }

  /** How many requests other nodes are answering for clients of this one. */
  get forwarded(): number {
    return this.#forwarded;
  }

  /**
   * Has another node answer a request. `gone`: called where there is no such node; `lost`: where it is not known what has become
   * of the request there.
   */
  forward(node: string, forwarded: Forwarded, response: ServerResponse, failed: Failed): void {
    this.#forwarded++;
    response.once('close', () => this.#forwarded--);
    this.#forward(node, forwarded, response, failed).catch(() => {
      if (response.headersSent) response.destroy();
      else failed.lost();
    });
  }

  async #forward(node: string, forwarded: Forwarded, response: ServerResponse, failed: Failed): Promise<void> {
    const place = await this.#peers?.placeOf(node);
    const answer = place === undefined ? undefined : await this.#sent(place, node, forwarded, response);
    if (response.destroyed) answer?.destroy();
    else if (answer === undefined || answer.statusCode === MISDIRECTED) {
      answer?.resume();
      failed.gone();
    } else if (!isOurs(answer)) {
      answer.resume();
      failed.lost();
    } else {
      response.writeHead(answer.statusCode ?? 502, headersOf(answer));
      // Of a stream that has nothing to tell yet the client is to see that it is there.
      response.flushHeaders();
      answer.pipe(response);
      // A stream that breaks off is to be seen as such.
      answer.once('error', () => response.destroy());
      response.once('close', () => answer.destroy());
    }
  }

  /** `undefined` where the node is not there any more. */
  async #sent(
    place: string,
    node: string,
    forwarded: Forwarded,
    response: ServerResponse,
  ): Promise<IncomingMessage | undefined> {
    const abort = new AbortController();
    response.once('close', () => {
      abort.abort();
    });
    const { hopTimeoutMs: silenceMs } = this.#options;
    const hop: Hop = { kind: 'request', to: node, ...forwarded, aliveMs: silenceMs / ALIVE_WITHIN_SILENCE };
    const sent = this.#peers?.send(place, hop, { signal: abort.signal, silenceMs });
    return sent?.catch((error: unknown) => {
      // Only of this it is known that nothing was sent.
      if ((error as NodeJS.ErrnoException).code === 'ECONNREFUSED') return undefined;
      throw error;
    });
  }

  #remember(session: string): void {
    this.#ended.add(session);
    const [oldest] = this.#ended;
    if (this.#ended.size > MOST_ENDED && oldest !== undefined) this.#ended.delete(oldest);
  }
}

/** Whether a gateway has answered so, and not whoever else is at that address. */
function isOurs({ statusCode = 0, headers }: IncomingMessage): boolean {
  const { 'content-type': type = '' } = headers;
  return (
    /^(?:application\/json|text\/event-stream)/.test(type) || (type === '' && statusCode >= 200 && statusCode < 300)
  );
}

const passed = ['content-type', 'content-length', 'cache-control', 'mcp-session-id', 'retry-after', 'allow'];

function headersOf({ headers }: IncomingMessage): string[] {
  return passed.flatMap((name) => {
    const value = headers[name];
    return typeof value === 'string' ? [name, value] : [];
  });
}
