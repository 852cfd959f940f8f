import { Agent, type IncomingMessage, request } from 'node:http';
import type { Observable, Subscription } from 'rxjs';
import { report } from '../../base/report.ts';
import { AT, type Hop, SEAL, sealHop } from './hop.ts';

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

/** The other nodes: who they are, which is asked time and again, and the way to them. */
export class Peers {
  readonly #node: string;
  readonly #keys: readonly string[];
  readonly #agent = new Agent({ keepAlive: true });
  readonly #following: Subscription;
  readonly #timer: NodeJS.Timeout;
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
      void this.#ask();
    };
    this.#following = peers$.subscribe({ next, error: report });
    this.#timer = setInterval(() => void this.#ask(), ASK_EACH_MS).unref();
  }

  /** Where a node is; `undefined` where none of the others is that one. */
  async placeOf(node: string): Promise<string | undefined> {
    // An asking that is under way may have begun before the node was there.
    if (!this.#places.has(node)) await this.#asking;
    if (!this.#places.has(node) && performance.now() - this.#askedAt > ASK_PAUSE_MS) await this.#ask();
    return this.#places.get(node);
  }

  /** Sends a hop to this place; resolves when the response begins, rejects where there is none. */
  send(url: string, hop: Hop, signal?: AbortSignal): Promise<IncomingMessage> {
    const body = JSON.stringify(hop);
    const at = String(Date.now());
    const headers = { [AT]: at, [SEAL]: sealHop(this.#keys[0] ?? '', at, body), 'content-type': 'application/json' };
    return new Promise((resolve, reject) => {
      const sent = request(url, { method: 'POST', headers, agent: this.#agent, ...(signal && { signal }) }, resolve);
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
    const own = this.#places.get(this.#node);
    for (const url of this.#urls) if (url !== own) this.#told(url, hop).catch(() => undefined);
  }

  close(): void {
    this.#following.unsubscribe();
    clearInterval(this.#timer);
    this.#agent.destroy();
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
        const node = await this.#told(url, { kind: 'node' }).catch(() => undefined);
        // One that does not answer may only be slow: a hop shows whether it is there.
        const last = [...this.#places].find(([, place]) => place === url)?.[0];
        const known = node ?? last;
        return known === undefined ? [] : [[known, url] as const];
      }),
    );
    this.#places = new Map(found.flat());
  }

  /** The text of the answer. */
  async #told(url: string, hop: Hop): Promise<string> {
    const response = await this.send(url, hop, AbortSignal.timeout(ANSWER_MS));
    let text = '';
    for await (const chunk of response.setEncoding('utf8')) text += String(chunk);
    if (response.statusCode !== 200) throw new Error(`${url} has answered ${response.statusCode ?? ''}`);
    return text;
  }
}
