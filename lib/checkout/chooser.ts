import { type Observer, Subject, Subscription } from 'rxjs';
import type { ConnectionRecord, NextRequest, PoolState } from '../state/pool-state.ts';
import { type Choose, type Strategy, isBuiltIn } from '../strategies/strategy.ts';

/** The states that a strategy may look at. */
export interface States {
  /** The present state, for a look at once. */
  readonly current: PoolState;
  /** The present state, for keeps, with `request` as `next`. */
  serving(request: NextRequest): PoolState;
}

/** Asks a strategy for one choice at a time. */
export interface Chooser {
  /** A built-in strategy's choice, which needs no stream and runs nobody's code; `undefined` for any other. */
  readonly pure: Choose | undefined;
  /** What can be said of each choice, for people. */
  readonly reason: string;
  /** Why the strategy failed, while it has named nothing since. */
  readonly lastError: unknown;
  /** What the strategy says in this tick; of several emissions the last. */
  choose(states: States, request: NextRequest): ConnectionRecord | undefined;
  /** Unsubscribes from the strategy's operator. */
  close(): void;
}

/** `onFailure` is told when the operator errors or completes; it is subscribed anew for the next choice. */
export function chooserOf(strategy: Strategy, onFailure: (error: unknown) => void): Chooser {
  if (!isBuiltIn(strategy)) return new OperatorChooser(strategy, onFailure);
  const { reason, choose: pure } = strategy;
  const choose: Chooser['choose'] = (states, request) => pure(states.current, request);
  return { pure, reason, lastError: undefined, choose, close: nothing };
}

class OperatorChooser implements Chooser {
  readonly pure = undefined;
  readonly reason = 'the strategy named it';
  lastError: unknown;
  readonly #strategy: Strategy;
  readonly #onFailure: (error: unknown) => void;
  #input: Observer<PoolState> | undefined;
  #choice: ConnectionRecord | undefined;
  #end: () => void = nothing;

  constructor(strategy: Strategy, onFailure: (error: unknown) => void) {
    this.#strategy = strategy;
    this.#onFailure = onFailure;
  }

  choose(states: States, request: NextRequest): ConnectionRecord | undefined {
    // Whatever an asynchronous operator has emitted since the last choice was about an older snapshot.
    this.#choice = undefined;
    this.#input ??= this.#subscribe();
    this.#input?.next(states.serving(request));
    const choice = this.#chosen();
    if (choice !== undefined) this.lastError = undefined;
    return choice;
  }

  close(): void {
    this.#end();
  }

  /** What has been named since the question. */
  #chosen(): ConnectionRecord | undefined {
    return this.#choice;
  }

  #fail(error: unknown): void {
    this.lastError = error;
    this.#onFailure(error);
  }

  #noRecord(choice: unknown): void {
    this.#choice = undefined;
    if (choice === undefined || choice === null) return;
    this.#fail(
      new TypeError(`the strategy named something of type ${typeof choice}, not a record of state.connections`),
    );
  }

  /** `undefined` when the operator failed as soon as it was subscribed. */
  #subscribe(): Observer<PoolState> | undefined {
    const input$ = new Subject<PoolState>();
    const subscription = new Subscription();
    this.#end = (): void => {
      this.#end = nothing;
      this.#input = undefined;
      subscription.unsubscribe();
    };
    const fail = (error: unknown): void => {
      this.#end();
      this.#fail(error);
    };
    try {
      subscription.add(
        this.#strategy(input$).subscribe({
          next: (choice: unknown) => {
            if (isRecord(choice)) this.#choice = choice;
            else this.#noRecord(choice);
          },
          error: fail,
          complete: () => {
            fail(new Error('the strategy completed'));
          },
        }),
      );
    } catch (error) {
      fail(error);
    }
    return subscription.closed ? undefined : input$;
  }
}

/** From untyped code it may be anything. */
function isRecord(choice: unknown): choice is ConnectionRecord {
  return typeof choice === 'object' && choice !== null && 'slot' in choice && 'id' in choice;
}

function nothing(): void {
  // There is no subscription to end.
}
