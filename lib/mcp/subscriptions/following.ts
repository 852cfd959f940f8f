import { type Observable, type Observer, Subscription, filter, finalize, takeUntil, timer } from 'rxjs';
import type { Lease } from '../../checkout/lease.ts';
import { PoolError } from '../../errors.ts';
import type { Pool } from '../../pool/pool.ts';
import { report } from '../../base/report.ts';
import type { McpConnection } from '../connection/connection.ts';
import { isLasting } from '../failures/lasting-failure.ts';
import { type Heard, listenOnConnection } from './listen-on-connection.ts';
import { News } from './news.ts';
import { RetryPace } from './retry-pace.ts';
import type { Roster } from './roster.ts';
import type { Topic } from './server-subscription.ts';
import type { McpTransport } from '../transport/transport.ts';

/** Where subscriptions get their connections. */
export interface SubscriptionHost {
  readonly pool: Pick<Pool<McpConnection>, 'checkout' | 'events$' | 'state'>;
  /** The connections that are up; absent where they do not outlive their leases, so that a subscription holds one itself. */
  readonly roster: Roster | undefined;
}

/** Who is told what comes of it. */
export interface TopicListener {
  /** A server tells from now on what changes; what was read before may have changed unheard. */
  begun?(): void;
  /** The server has told of the topic, or may have. */
  next(): void;
  error(error: unknown): void;
  complete(): void;
}

/** How a subscription on one connection stands. */
type Standing = 'asked' | 'listening' | 'refused';

/**
 * Listens to one topic on the connections of a pool: on those that are up and on those that come up later. Only while none
 * is up, one is asked for as a checkout does, for as long as it takes.
 */
export class Following {
  readonly #host: SubscriptionHost;
  readonly #topic: Topic<unknown>;
  readonly #listener: TopicListener;
  readonly #news: News;
  readonly #pace = new RetryPace();
  readonly #standings = new Map<McpConnection, Standing>();
  /** On how many connections each server is listened to now; 0 where it was once. */
  readonly #ears = new Map<McpTransport, number>();
  readonly #following = new Subscription();
  /** The checkout of a connection, or the pause before it. */
  #waiting = new Subscription();
  /** Whether no connection is followed for a while, because listening has failed just now. */
  #isPausing = false;

  constructor(host: SubscriptionHost, topic: Topic<unknown>, listener: TopicListener) {
    this.#host = host;
    this.#topic = topic;
    this.#listener = listener;
    this.#news = new News(listener.next.bind(listener));
  }

  begin(): void {
    const { roster } = this.#host;
    const next = this.#join.bind(this);
    if (roster !== undefined) this.#following.add(roster.joined$.subscribe({ next, error: report }));
    this.#resume();
  }

  end(): void {
    this.#waiting.unsubscribe();
    this.#following.unsubscribe();
    this.#news.end();
  }

  /** Follows all connections that are up; asks for one where there is none. */
  #resume(): void {
    this.#isPausing = false;
    this.#joinAll();
    if (this.#standings.size === 0 && !this.#following.closed) this.#checkout();
  }

  #joinAll(): void {
    for (const connection of this.#host.roster ?? []) this.#join(connection);
  }

  #join(connection: McpConnection): void {
    if (this.#isPausing || this.#following.closed || this.#standings.has(connection)) return;
    if (isOneOfMany(connection) && this.#isHeard(connection.server)) return;
    this.#follow(connection, listenOnConnection(connection, this.#topic));
  }

  #isHeard(server: McpTransport): boolean {
    for (const followed of this.#standings.keys()) if (followed.server === server) return true;
    return false;
  }

  #follow(connection: McpConnection, heard$: Observable<Heard>): void {
    this.#standings.set(connection, 'asked');
    this.#waiting.unsubscribe();
    const followed = heard$.subscribe({
      next: (heard) => {
        if (heard === 'begun') this.#begun(connection);
        else this.#told(connection);
      },
      error: this.#refused.bind(this, connection),
      complete: this.#lost.bind(this, connection),
    });
    this.#following.add(followed);
  }

  #begun(connection: McpConnection): void {
    const { server } = connection;
    const ears = this.#ears.get(server);
    const isRenewed = this.#standings.get(connection) === 'listening';
    if (isRenewed || ears === 0) this.#news.missed(server);
    if (isRenewed) return;
    this.#standings.set(connection, 'listening');
    this.#ears.set(server, (ears ?? 0) + 1);
    this.#pace.begun();
    if (ears === undefined || ears === 0) this.#listener.begun?.();
  }

  #told(connection: McpConnection): void {
    const { server } = connection;
    // A process is a server of its own, and what it tells no other tells.
    if (server.kind === 'stdio') this.#news.told(connection, connection, 1);
    else this.#news.told(server, connection, this.#ears.get(server) ?? 1);
  }

  #refused(connection: McpConnection, error: unknown): void {
    this.#leave(connection);
    this.#standings.set(connection, 'refused');
    for (const standing of this.#standings.values()) if (standing !== 'refused') return;
    this.#listener.error(error);
  }

  #lost(connection: McpConnection): void {
    this.#leave(connection);
    this.#standings.delete(connection);
    // Another connection to the same server may have to take its place.
    if (isOneOfMany(connection)) this.#joinAll();
    if (this.#standings.size === 0) this.#pause();
  }

  #leave(connection: McpConnection): void {
    if (this.#standings.get(connection) !== 'listening') return;
    const { server } = connection;
    this.#ears.set(server, (this.#ears.get(server) ?? 1) - 1);
  }

  #pause(): void {
    const { pool } = this.#host;
    if (pool.state.phase !== 'open') {
      this.#listener.complete();
      return;
    }
    this.#isPausing = true;
    const drained$ = pool.events$.pipe(filter(({ type }) => type === 'drain'));
    this.#wait(timer(this.#pace.ended()).pipe(takeUntil(drained$)), {
      next: this.#resume.bind(this),
      error: report,
      complete: () => {
        if (this.#isPausing) this.#listener.complete();
      },
    });
  }

  #checkout(): void {
    const next = this.#leased.bind(this);
    const error = this.#failed.bind(this);
    this.#wait(this.#host.pool.checkout({ timeoutMs: 0 }), { next, error });
  }

  #leased(lease: Lease<McpConnection>): void {
    const connection = lease.connection.whole;
    if (this.#host.roster === undefined) {
      const leave = lease[Symbol.dispose].bind(lease);
      const heard$ = listenOnConnection(connection, this.#topic);
      this.#follow(connection, heard$.pipe(takeUntil(lease.revoked$), finalize(leave)));
    } else lease.checkin();
  }

  #failed(error: unknown): void {
    if (error instanceof PoolError && error.code === 'POOL_CLOSED') this.#listener.complete();
    else if (isLasting(error)) this.#listener.error(error);
    else this.#pause();
  }

  /** Replaces what is waited for; what is emitted at once may replace it again. */
  #wait<T>(source$: Observable<T>, observer: Partial<Observer<T>>): void {
    this.#waiting.unsubscribe();
    const waiting = new Subscription();
    this.#waiting = waiting;
    waiting.add(source$.subscribe(observer));
  }
}

/** In the modern era an HTTP connection is only a way to ask: what a server tells, it tells on any of them. */
function isOneOfMany({ client, server }: McpConnection): boolean {
  return server.kind === 'http' && client.getProtocolEra() === 'modern';
}
