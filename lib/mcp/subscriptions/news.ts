/**
 * For so long, in milliseconds, what other connections to the same server tell counts as the same news: a server tells each
 * of its sessions of a change, one after the other.
 */
const TOGETHER_MS = 25;

interface Burst {
  /** Who has told it so far. */
  readonly by: Set<object>;
  readonly timer: NodeJS.Timeout;
}

/**
 * Tells once what a server tells on several connections. News wait until every connection has told it, at most 25 ms; when
 * one of them tells it again, that is another change.
 */
export class News {
  readonly #tell: () => void;
  readonly #bursts = new Map<object, Burst>();

  constructor(tell: () => void) {
    this.#tell = tell;
  }

  /** Something was told of this server by one of so many connections to it. */
  told(server: object, by: object, connections: number): void {
    if (this.#bursts.get(server)?.by.has(by) === true) this.#flush(server);
    const burst = this.#burst(server);
    burst.by.add(by);
    if (burst.by.size >= connections) this.#flush(server);
  }

  /** Something may have been missed of this server. What is told next may be about the same. */
  missed(server: object): void {
    this.#burst(server);
  }

  /** Tells no more. */
  end(): void {
    for (const { timer } of this.#bursts.values()) clearTimeout(timer);
    this.#bursts.clear();
  }

  #burst(server: object): Burst {
    const known = this.#bursts.get(server);
    if (known !== undefined) return known;
    const burst = { by: new Set<object>(), timer: setTimeout(this.#flush.bind(this), TOGETHER_MS, server) };
    this.#bursts.set(server, burst);
    return burst;
  }

  #flush(server: object): void {
    clearTimeout(this.#bursts.get(server)?.timer);
    this.#bursts.delete(server);
    this.#tell();
  }
}
