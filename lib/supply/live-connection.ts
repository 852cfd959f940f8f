import { EMPTY, type Observable, type ObservableInput, Subscription, from } from 'rxjs';
import { canGiveUp } from './can-give-up.ts';
import { type CloseResult, closeWithin } from './close-within.ts';
import { giveUpAfter } from './give-up-after.ts';
import { letGo } from './let-go.ts';

/** How connections are made, looked after and ended. */
export interface Connector<C> {
  /**
   * Opens a connection: the first value. The subscription lives as long as the connection and is dropped after `close`;
   * a later error means that the connection is down, completion does not. Empty, or an error first: the connect failed.
   * Unsubscribed or aborted: give up.
   */
  connect(context: { id: number; signal: AbortSignal }): ObservableInput<C>;
  /** Prepares a connection before its first use, within `connectTimeoutMs`; an error is a failed connect. */
  warm?(connection: C): ObservableInput<unknown>;
  /** Closes a connection; called once for every one that `connect` brought, dead ones included. */
  close?(connection: C): CloseResult;
  /** Emits, errors or completes when the connection dies by itself; before it is up, that is a failed connect. */
  down?(connection: C): Observable<unknown>;
  /** Completes or emits when the connection is healthy; errors, or outlasts `healthCheckTimeoutMs`, when it is not. */
  check?(connection: C): ObservableInput<unknown>;
}

/** How long it may take, in milliseconds; 0: for ever. */
export interface ConnectionTimeouts {
  readonly connectTimeoutMs: number;
  readonly closeTimeoutMs: number;
}

/** What becomes of a connection, each told at most once: `up` or `failed`, after `up` perhaps `down`, and last `gone`. */
export interface ConnectionFate<C> {
  up(connection: C): void;
  failed(error: unknown): void;
  down(error: unknown): void;
  /** Nothing is left of it. */
  gone(): void;
}

/** One connection from the first attempt to the end; it never goes back a step. */
export class LiveConnection<C> {
  readonly id: number;
  readonly slot: number;
  /** What ends with the connection: health checks, for one. */
  readonly subscriptions: Subscription = new Subscription();
  /** When it came up, in milliseconds of the monotonic clock. */
  upAt = 0;
  readonly #connector: Connector<C>;
  readonly #timeouts: ConnectionTimeouts;
  readonly #fate: ConnectionFate<C>;
  readonly #abort = new AbortController();
  // The user's own stream: it lives until the connection is closed.
  readonly #source = new Subscription();
  #status: 'connecting' | 'up' | 'over' = 'connecting';
  #arrived = false;
  #connection: { readonly value: C } | undefined;
  #cancelTimeout: () => void = () => undefined;

  constructor(
    id: number,
    slot: number,
    connector: Connector<C>,
    timeouts: ConnectionTimeouts,
    fate: ConnectionFate<C>,
  ) {
    this.id = id;
    this.slot = slot;
    this.#connector = connector;
    this.#timeouts = timeouts;
    this.#fate = fate;
  }

  /** Whether it has been closed, or is being. */
  get closing(): boolean {
    return this.#status === 'over';
  }

  open(): void {
    if (this.closing) return; // Whoever was told of it may have closed the pool.
    const { connectTimeoutMs } = this.#timeouts;
    if (connectTimeoutMs > 0) {
      this.#cancelTimeout = giveUpAfter(connectTimeoutMs, () => {
        this.#end(new Error(`connecting took longer than ${connectTimeoutMs} ms`));
      });
    }
    try {
      const input$ = this.#connector.connect({ id: this.id, signal: this.#abort.signal });
      const subscription = new Subscription();
      // What cannot be told to give up may still bring a connection, which has to be closed.
      if (canGiveUp(input$)) this.#source.add(subscription);
      subscription.add(this.#subscribe(input$, subscription));
    } catch (error) {
      this.#end(error);
    }
  }

  /** Closes it, by force when that takes too long; a connect under way is given up. */
  close(): void {
    if (this.#status === 'over') return;
    this.#stop();
    this.#dispose();
  }

  #subscribe(input$: ObservableInput<C>, subscription: Subscription): Subscription {
    return from(input$).subscribe({
      next: (value) => {
        // Only the first value is a connection; any other must not be closed in its place, or a second time.
        if (this.#arrived) return;
        this.#arrived = true;
        if (this.#status === 'over') this.#closeValue(value, () => undefined);
        else this.#warm(value);
        this.#source.add(subscription);
      },
      error: (error: unknown) => {
        this.#end(error);
      },
      complete: () => {
        if (!this.#arrived) this.#end(new Error('connect completed without a connection'));
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
      // It may have been down from the start; nothing is sent after its close began.
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

  /** It died, or never came up. */
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
    letGo(this.subscriptions);
  }

  #dispose(): void {
    const finish = (): void => {
      this.#abort.abort(new Error('the connection is closed'));
      letGo(this.#source);
      this.#fate.gone();
    };
    if (this.#connection === undefined) finish();
    else this.#closeValue(this.#connection.value, finish);
  }

  #closeValue(value: C, done: () => void): void {
    closeWithin(() => this.#connector.close?.(value), this.#timeouts.closeTimeoutMs, done);
  }
}
