import { EMPTY, type ObservableInput, Subject, Subscription, from } from 'rxjs';
import { closeWithin } from './close-within.ts';
import type { ConnectionFate, ConnectionTimeouts } from './connection-fate.ts';
import type { Connector } from '../connector.ts';
import { type Endpoint, contextOf } from '../endpoints/endpoint.ts';
import { giveUpAfter } from '../../base/give-up-after.ts';
import type { HealthMonitor } from './health-monitor.ts';
import { isUnsubscribable, unsubscribeQuietly } from '../../base/unsubscribe-quietly.ts';
import type { ConnectionMonitor } from './connection-monitor.ts';
import { saidBy } from './said-by.ts';

/** One connection from its connect to its end; its status only moves forward. */
export class LiveConnection<C> {
  readonly id: number;
  readonly slot: number;
  /** Everything that ends when the connection is closed, health checks for example. */
  readonly subscriptions: Subscription = new Subscription();
  /** When it came up, in milliseconds of the monotonic clock. */
  upAt = 0;
  #health: HealthMonitor | undefined;
  readonly #connector: Connector<C>;
  readonly #timeouts: ConnectionTimeouts;
  readonly #fate: ConnectionFate<C>;
  readonly #endpoint: Endpoint | undefined;
  readonly #abort = new AbortController();
  // The subscription to the user's `connect`; it lives until the connection is closed.
  readonly #source = new Subscription();
  #status: 'connecting' | 'up' | 'over' = 'connecting';
  #arrived = false;
  /** Completes when a connect that cannot be cancelled has ended; absent where it can be cancelled. */
  #settled$: Subject<never> | undefined;
  #connection: { readonly value: C } | undefined;
  #cancelTimeout: () => void = () => undefined;

  constructor(
    id: number,
    slot: number,
    connector: Connector<C>,
    timeouts: ConnectionTimeouts,
    fate: ConnectionFate<C>,
    endpoint?: Endpoint,
  ) {
    this.id = id;
    this.slot = slot;
    this.#connector = connector;
    this.#timeouts = timeouts;
    this.#fate = fate;
    this.#endpoint = endpoint;
  }

  /** The fields that identify it in its events. */
  get place(): { readonly connection: number; readonly slot: number; readonly endpoint?: string } {
    const place = { connection: this.id, slot: this.slot };
    return this.#endpoint === undefined ? place : { ...place, endpoint: this.#endpoint.id };
  }

  /** What it has reported so far while it is connecting; `undefined`: nothing. */
  get saidSoFar(): string | undefined {
    const { value } = this.#connection ?? {};
    return value === undefined || this.#status !== 'connecting' ? undefined : saidBy(this.#connector, value);
  }

  /** Whether it is closed or being closed. */
  get closing(): boolean {
    return this.#status === 'over';
  }

  open(): void {
    if (this.closing) return; // Whoever was told of it may have closed the pool.
    const { connectTimeoutMs } = this.#timeouts;
    if (connectTimeoutMs > 0) {
      this.#cancelTimeout = giveUpAfter(connectTimeoutMs, () => {
        const said = this.saidSoFar;
        this.#end(
          new Error(`connecting took longer than ${connectTimeoutMs} ms${said === undefined ? '' : `: ${said}`}`),
        );
      });
    }
    try {
      // Until this is known, and whenever the connect cannot be cancelled, it may still bring a connection that has to
      // be closed.
      this.#settled$ = new Subject();
      const input$ = this.#connector.connect(contextOf(this.id, this.#abort.signal, this.#endpoint));
      const subscription = new Subscription();
      if (isUnsubscribable(input$)) {
        this.#source.add(subscription);
        this.#settle();
      }
      subscription.add(this.#subscribe(input$, subscription));
    } catch (error) {
      this.#settle();
      this.#end(error);
    }
  }

  /** Its health checks, while it is up and if there are any. */
  get health(): HealthMonitor | undefined {
    return this.#health;
  }

  /** Keeps the monitor that runs while the connection is up. */
  keep({ health, subscription }: ConnectionMonitor): void {
    this.#health = health;
    this.subscriptions.add(subscription);
  }

  /** Closes the connection, dropping it if that takes too long; a connect under way is given up. */
  close(): void {
    if (this.#status === 'over') return;
    this.#stop();
    this.#dispose();
  }

  #subscribe(input$: ObservableInput<C>, subscription: Subscription): Subscription {
    return from(input$).subscribe({
      next: (value) => {
        // Only the first value is the connection; later values must not be closed in its place, nor close it a second
        // time.
        if (this.#arrived) return;
        this.#arrived = true;
        if (this.#status === 'over') this.#closeValue(value, this.#settle.bind(this));
        else this.#warm(value);
        this.#source.add(subscription);
      },
      error: (error: unknown) => {
        if (!this.#arrived) this.#settle();
        this.#end(error);
      },
      complete: () => {
        if (this.#arrived) return;
        this.#settle();
        this.#end(new Error('connect completed without a connection'));
      },
    });
  }

  #warm(value: C): void {
    const connector = this.#connector;
    this.#connection = { value };
    const died = (error?: unknown): void => {
      this.#end(error ?? new Error('the connection went down'));
    };
    try {
      this.subscriptions.add(
        connector.down &&
          from(connector.down(value)).subscribe({
            next: died,
            error: died,
            complete: () => {
              died();
            },
          }),
      );
      // It may have been down from the start. Nothing may be sent to a connection after its close has begun.
      if (this.closing) return;
      this.subscriptions.add(
        from(connector.warm?.(value) ?? EMPTY).subscribe({
          error: died,
          complete: () => {
            this.#up(value);
          },
        }),
      );
    } catch (error) {
      died(error);
    }
  }

  #up(value: C): void {
    if (this.#status !== 'connecting') return;
    this.#status = 'up';
    this.upAt = performance.now();
    this.#cancelTimeout();
    this.#fate.up(value);
  }

  /** The connection has died or failed to come up. */
  #end(error: unknown): void {
    const status = this.#status;
    if (status === 'over') return;
    this.#stop();
    if (status === 'up') this.#fate.down(error);
    else this.#fate.failed(error);
    this.#dispose();
  }

  #stop(): void {
    this.#status = 'over';
    this.#cancelTimeout();
    unsubscribeQuietly(this.subscriptions);
  }

  #dispose(): void {
    const finish = (): void => {
      this.#abort.abort(new Error('the connection is closed'));
      unsubscribeQuietly(this.#source);
      this.#fate.gone();
    };
    if (this.#connection !== undefined) this.#closeValue(this.#connection.value, finish);
    else if (this.#settled$ === undefined) finish();
    else this.#awaitSettling(this.#settled$, finish);
  }

  /**
   * Aborts a connect that cannot be cancelled and gives it the time of a close: a connection that it still brings must
   * be closed.
   */
  #awaitSettling(settled$: Subject<never>, done: () => void): void {
    closeWithin(() => settled$, this.#timeouts.closeTimeoutMs, done);
    this.#abort.abort(new Error('the connect is given up'));
  }

  #settle(): void {
    const settled$ = this.#settled$;
    this.#settled$ = undefined;
    settled$?.complete();
  }

  #closeValue(value: C, done: () => void): void {
    closeWithin(() => this.#connector.close?.(value), this.#timeouts.closeTimeoutMs, done);
  }
}
