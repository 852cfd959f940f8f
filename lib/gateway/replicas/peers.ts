import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import type { Observable, Subscription } from 'rxjs';
import { report } from '../../base/report.ts';
import { messageOf } from '../../base/thrown.ts';
import { AT, FAULT, type Hop, SEAL, sealHop } from './hop.ts';
import { PeerProblems, type PeerReport, refusalText } from './peer-problems.ts';

/** The other nodes of a gateway, and how they are spoken to. */
export interface PeersOptions {
  /** The name of this node: its own address may be among them. */
  readonly node: string;
  /** Where they are: those that there are now, whenever that changes. */
  readonly peers$: Observable<readonly string[]>;
  /** The first of them seals. */
  readonly keys: readonly string[];
}

/** How often the others are asked who they are, in milliseconds. */
const ASK_EACH_MS = 2000;
/** Not more often than this, whoever is looked for. */
const ASK_PAUSE_MS = 250;
/** How long one may take to say who it is, or to take what it is told, in milliseconds. */
const ANSWER_MS = 2000;
/** Streams say every 15 seconds that they are alive; one that is silent for so long is given up, in milliseconds. */
const STREAM_SILENCE_MS = 45_000;

/** When the answer to a hop is given up. */
export interface SendOptions {
  readonly signal?: AbortSignal;
  /** When nothing is heard of it for so long, in milliseconds; 0: never. */
  readonly silenceMs?: number;
}

/** Another node refuses what this one has sealed. */
class RefusedByPeer extends Error {
  override readonly name = 'RefusedByPeer';
}

/** The other nodes: who they are, which is asked time and again, and the way to them. */
export class Peers {
  readonly #node: string;
  readonly #keys: readonly string[];
  readonly #agent = new Agent({ keepAlive: true });
  readonly #following: Subscription;
  readonly #timer: NodeJS.Timeout;
  readonly #problems = new PeerProblems();
  #urls: readonly string[] = [];
  /** Where each node is. */
  #places: ReadonlyMap<string, string> = new Map();
  #asking: Promise<void> | undefined;
  #askedAt = -Infinity;

  constructor({ node, peers$, keys }: PeersOptions) {
    this.#node = node;
    this.#keys = keys;
    const next = (urls: readonly string[]): void => {
      this.#urls = [...new Set(urls)];
      this.#problems.keep(this.#urls);
      void this.#ask();
    };
    this.#following = peers$.subscribe({ next, error: report });
    this.#timer = setInterval(() => void this.#ask(), ASK_EACH_MS).unref();
  }

  /** How the others are. */
  get reports(): readonly PeerReport[] {
    return this.#others().map((url) => this.#problems.reportOf(url));
  }

  /** See `PeerProblems`. */
  get problems$(): Observable<PeerReport> {
    return this.#problems.problems$;
  }

  /** Where a node is; `undefined` where none of the others is that one. */
  async placeOf(node: string): Promise<string | undefined> {
    // An asking that is under way may have begun before the node was there.
    if (!this.#places.has(node)) await this.#asking;
    if (!this.#places.has(node) && performance.now() - this.#askedAt > ASK_PAUSE_MS) await this.#ask();
    return this.#places.get(node);
  }

  /** Sends a hop to this place; resolves when the response begins, rejects where there is none. */
  send(url: string, hop: Hop, { signal, silenceMs = 0 }: SendOptions): Promise<IncomingMessage> {
    const body = JSON.stringify(hop);
    const at = String(Date.now());
    const headers = { [AT]: at, [SEAL]: sealHop(this.#keys[0] ?? '', at, body), 'content-type': 'application/json' };
    return new Promise((resolve, reject) => {
      const sent = request(url, { method: 'POST', headers, agent: this.#agent, ...(signal && { signal }) }, resolve);
      if (silenceMs > 0) giveUpSilent(sent, url, silenceMs);
      sent.once('error', reject);
      // Whoever changes the protocol is none of ours.
      sent.once('upgrade', (_response, socket) => {
        socket.destroy();
      });
      sent.once('close', () => {
        reject(new Error(`${url} has closed the connection`));
      });
      sent.end(body);
    });
  }

  /** Tells all others; nobody waits for whoever does not listen. */
  tell(hop: Hop): void {
    for (const url of this.#others()) this.#told(url, hop).catch(() => undefined);
  }

  /** The first list that one of the others answers with; `undefined` where none does. Those that are down are not asked. */
  async listOf(hop: Hop): Promise<readonly unknown[] | undefined> {
    const asked = this.#others().filter((url) => this.#problems.reportOf(url).status !== 'down');
    const lists = asked.map(async (url) => {
      const list: unknown = JSON.parse(await this.#told(url, hop));
      if (!Array.isArray(list)) throw new TypeError(`${url} has answered with no list`);
      return list as readonly unknown[];
    });
    return Promise.any(lists).catch(() => undefined);
  }

  close(): void {
    this.#following.unsubscribe();
    clearInterval(this.#timer);
    this.#agent.destroy();
    this.#problems.end();
  }

  /** This node may be in the list as well. */
  #others(): readonly string[] {
    const own = this.#places.get(this.#node);
    return this.#urls.filter((url) => url !== own);
  }

  /** Asks all who they are. One asking at a time, for all who want to know. */
  #ask(): Promise<void> {
    this.#asking ??= this.#askAll().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #askAll(): Promise<void> {
    this.#askedAt = performance.now();
    const found = await Promise.all(
      this.#urls.map(async (url) => {
        const node = await this.#nodeAt(url);
        // One that does not answer may only be slow: a hop shows whether it is there.
        const last = [...this.#places].find(([, place]) => place === url)?.[0];
        const known = node ?? last;
        return known === undefined ? [] : [[known, url] as const];
      }),
    );
    this.#places = new Map(found.flat());
  }

  /** Who is there; `undefined` where nobody says so. */
  async #nodeAt(url: string): Promise<string | undefined> {
    const found = (report: PeerReport): void => {
      // Meanwhile it may be in the list no more.
      if (this.#urls.includes(url)) this.#problems.found(report);
    };
    try {
      const node = await this.#told(url, { kind: 'node' });
      found({ url, status: 'up' });
      return node;
    } catch (error) {
      const status = error instanceof RefusedByPeer ? 'refusing' : 'down';
      found({ url, status, error: messageOf(error) });
      return undefined;
    }
  }

  /** The text of the answer. */
  async #told(url: string, hop: Hop): Promise<string> {
    const response = await this.send(url, hop, { signal: AbortSignal.timeout(ANSWER_MS) });
    let text = '';
    for await (const chunk of response.setEncoding('utf8')) text += String(chunk);
    const { [FAULT]: fault, [AT]: at } = response.headers;
    const refusal = refusalText(fault, Number(at) - Date.now());
    if (refusal !== undefined) throw new RefusedByPeer(refusal);
    if (response.statusCode !== 200) throw new Error(`${url} has answered ${response.statusCode ?? ''}`);
    return text;
  }
}

/** Ends a request of which nothing is heard for so long, be it that the response goes on. */
function giveUpSilent(sent: ClientRequest, url: string, silenceMs: number): void {
  const giveUp = (): void => {
    sent.destroy(new Error(`nothing was heard of ${url} for ${silenceMs} ms`));
  };
  const timer = setTimeout(giveUp, silenceMs);
  // That it is not forgotten.
  sent.on('information', () => timer.refresh());
  sent.once('close', () => {
    clearTimeout(timer);
  });
  sent.once('response', () => {
    clearTimeout(timer);
    sent.setTimeout(Math.max(silenceMs, STREAM_SILENCE_MS), giveUp);
  });
}
