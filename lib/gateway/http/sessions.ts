import type { PolicyParts } from '../policy/passage.ts';
import { Places } from '../policy/places.ts';
import { ClientSession } from './client-session.ts';
import type { Upstream } from '../upstreams.ts';
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

/** How often sessions are looked through for those that are idle, at most, in milliseconds. */
const LOOK_MS = 30_000;

/** The sessions of the clients of the legacy era. */
export class Sessions {
  readonly heart: Heart;
  readonly #policy: PolicyParts;
  readonly #limits: Required<SessionLimits>;
  readonly #places: Places;
  readonly #byId = new Map<string, ClientSession>();
  #timer: NodeJS.Timeout | undefined;

  constructor(heart: Heart, policy: PolicyParts, limits: Required<SessionLimits>) {
    this.heart = heart;
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
    return this.#byId.size;
  }

  /** How many requests of all sessions are open. */
  get open(): number {
    let open = 0;
    for (const session of this.#byId.values()) open += session.open;
    return open;
  }

  get(id: string): ClientSession | undefined {
    return this.#byId.get(id);
  }

  /** Begins a session of this principal, whose client is served by this. */
  begin(upstream: Upstream, principal: string): ClientSession {
    const ended = ({ id }: ClientSession): void => {
      this.#byId.delete(id);
      this.#places.free(principal);
      if (this.#byId.size > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
    const session = new ClientSession({ upstream, heart: this.heart, policy: this.#policy, principal, ended });
    this.#places.take(principal);
    this.#byId.set(session.id, session);
    const { idleMs } = this.#limits;
    if (idleMs > 0 && idleMs < Infinity) {
      this.#timer ??= setInterval(this.#endIdle.bind(this), Math.min(LOOK_MS, idleMs)).unref();
    }
    return session;
  }

  /** Ends the streams of what belongs to no request. */
  endStreams(): void {
    for (const session of this.#byId.values()) session.endStream();
  }

  /** Ends all of them. */
  end(): void {
    for (const session of this.#byId.values()) session.end();
  }

  /** By requests and not by streams: that of a client that has vanished may stay open for long. */
  #endIdle(): void {
    const since = performance.now() - this.#limits.idleMs;
    for (const session of this.#byId.values()) if (session.open === 0 && session.usedAt <= since) session.end();
  }
}
