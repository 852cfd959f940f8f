/**
 * For so long, in milliseconds, what other connections to the same server tell counts as the same news: a server tells each
 * of its sessions of a change, one after the other.
 */
const TOGETHER_MS = 25;

/** News of one server that came at about the same time. */
interface Burst {
  /** How often each connection has told something. */
  readonly told: Map<object, number>;
  /** The sum of these. */
  sum: number;
  /** How many different changes there must be: what one connection tells twice are two. */
  changes: number;
  readonly timer: NodeJS.Timeout;
}

/**
 * Tells once what a server tells on several connections. News wait until every connection has told them, at most 25 ms, so
 * that whoever looks at the server then sees what all of them were about.
 */
export class News {
  readonly #tell: () => void;
  readonly #bursts = new Map<object, Burst>();

  constructor(tell: () => void) {
    this.#tell = tell;
  }

  /** Something was told of this server by one of so many connections to it. */
  told(server: object, by: object, connections: number): void {
    const burst = this.#burst(server);
    const times = (burst.told.get(by) ?? 0) + 1;
    burst.told.set(by, times);
    burst.sum++;
    burst.changes = Math.max(burst.changes, times);
    if (burst.sum >= burst.changes * connections) this.#flush(server);
  }

  /** Something may have been missed of this server; what is told next may be about the same. */
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
    const timer = setTimeout(this.#flush.bind(this), TOGETHER_MS, server);
    const burst = { told: new Map<object, number>(), sum: 0, changes: 1, timer };
    this.#bursts.set(server, burst);
    return burst;
  }

  #flush(server: object): void {
    const burst = this.#bursts.get(server);
    if (burst === undefined) return;
    clearTimeout(burst.timer);
    this.#bursts.delete(server);
    for (let i = 0; i < burst.changes; i++) this.#tell();
  }
}
