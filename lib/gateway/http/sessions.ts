import type { PolicyParts } from '../policy/passage.ts';
import { Places } from '../policy/places.ts';
import type { Replicas } from '../replicas/replicas.ts';
import { ClientSession, type SessionHost } from './client-session.ts';
import type { Upstreams } from '../upstreams.ts';
import type { Heart } from './event-stream.ts';

/** How many sessions there may be, and for how long. */
export interface SessionLimits {
  /** Sessions at once, and clients of the modern era that listen: 10 000 of each. One too many is told to try later. */
  readonly max?: number;
  /** Those of one principal, in the same way: 100 where principals are known, and as many as `max` where they are not. */
  readonly perPrincipal?: number;
  /** How long a session is kept that asks for nothing, in milliseconds: 30 minutes; 0 or `Infinity`: for ever. */
  readonly idleMs?: number;
}

/** What is known of a session that begins. */
type Begun = Pick<SessionHost, 'principal' | 'capabilities' | 'begun'>;

/** What sessions are made of. */
interface SessionsParts {
  readonly upstreams: Upstreams;
  readonly heart: Heart;
  readonly policy: PolicyParts;
  readonly limits: Required<SessionLimits>;
  readonly replicas?: Replicas | undefined;
}

/** How often sessions are looked through for those that are idle, at most, in milliseconds. */
const LOOK_MS = 30_000;

/** The sessions of the clients of the legacy era. */
export class Sessions {
  readonly heart: Heart;
  readonly #upstreams: Upstreams;
  readonly #policy: PolicyParts;
  readonly #limits: Required<SessionLimits>;
  readonly #places: Places;
  readonly #replicas: Replicas | undefined;
  readonly #byKey = new Map<string, ClientSession>();
  /** Those that have an id which their clients know. */
  readonly #byId = new Map<string, ClientSession>();
  #timer: NodeJS.Timeout | undefined;

  constructor({ upstreams, heart, policy, limits, replicas }: SessionsParts) {
    this.#upstreams = upstreams;
    this.heart = heart;
    this.#replicas = replicas;
    this.#policy = policy;
    this.#limits = limits;
    this.#places = new Places(limits);
  }

  /** Why no session can be begun for this principal; `undefined` where one can. */
  fault(principal: string): string | undefined {
    const fault = this.#places.fault(principal);
    return fault && (fault === 'all' ? 'there are too many sessions' : 'you have too many sessions');
  }

  /** How many sessions there are. */
  get size(): number {
    return this.#byKey.size;
  }

  /** How many requests of all sessions are open. */
  get open(): number {
    let open = 0;
    for (const session of this.#byKey.values()) open += session.open;
    return open;
  }

  get(id: string): ClientSession | undefined {
    return this.#byId.get(id);
  }

  /** By what tells it from all others on all nodes. */
  keyed(key: string): ClientSession | undefined {
    return this.#byKey.get(key);
  }

  /**
   * Begins a session of this principal, whose client can be asked what this class can. `begun`: what is known of it where
   * another node has begun it.
   */
  begin({ principal, capabilities, begun }: Begun): ClientSession {
    const announced: unknown = JSON.parse(capabilities);
    const upstream = this.#upstreams.for(announced);
    const withLog = this.#upstreams.isShared(announced) ? () => this.#upstreams.for(announced, true) : undefined;
    const session: ClientSession = new ClientSession({
      ...{ upstream, withLog, heart: this.heart, policy: this.#policy, replicas: this.#replicas },
      ...{ principal, capabilities, begun },
      introduced: (named) => this.#byId.set(named.id, named),
      ended: this.#ended.bind(this),
    });
    this.#places.take(principal);
    this.#byKey.set(session.key, session);
    if (begun !== undefined) this.#byId.set(session.id, session);
    const { idleMs } = this.#limits;
    if (idleMs > 0 && idleMs < Infinity) {
      this.#timer ??= setInterval(this.#endIdle.bind(this), Math.min(LOOK_MS, idleMs)).unref();
    }
    return session;
  }

  /** Ends the streams of what belongs to no request. */
  endStreams(): void {
    for (const session of this.#byKey.values()) session.endStream();
  }

  /** Ends all of them. */
  end(): void {
    for (const session of this.#byKey.values()) session.end();
  }

  #ended({ id, key, principal }: ClientSession): void {
    this.#byId.delete(id);
    this.#byKey.delete(key);
    this.#places.free(principal);
    if (this.#byKey.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** By requests and not by streams: that of a client that has vanished may stay open for long. */
  #endIdle(): void {
    const since = performance.now() - this.#limits.idleMs;
    for (const session of this.#byKey.values()) if (session.open === 0 && session.usedAt <= since) session.end();
  }
}
