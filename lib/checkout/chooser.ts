import { type Observer, Subject, Subscription } from 'rxjs';
import type { ConnectionRecord, NextRequest, PoolState } from '../state/pool-state.ts';
import { type Choose, type Strategy, isBuiltIn } from '../strategies/strategy.ts';

/** The source of states for a strategy. */
interface States {
  /** The present state, to be read at once. */
  readonly current: PoolState;
  /** A snapshot of the present state with `request` as `next`. */
  serving(request: NextRequest): PoolState;
}

/** Asks a strategy for one choice at a time. */
export interface Chooser {
  /** The function of a built-in strategy, which needs no stream and runs no user code; `undefined` for any other. */
  readonly pure: Choose | undefined;
  /** The reason for its choices, in words for people. */
  readonly reason: string;
  /** The last error of the strategy, until it names a connection. */
  readonly lastError: unknown;
  /** The connection that the strategy emits in this tick; of several emissions the last. */
  choose(states: States, request: NextRequest): ConnectionRecord | undefined;
  /** Unsubscribes from the strategy's operator. */
  close(): void;
}

/**
 * Makes the chooser of a strategy. `onFailure` is called when the operator errors or completes; it is subscribed to
 * again for the next choice.
 */
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
    // A choice that an asynchronous operator emitted since the last call was about an older snapshot.
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

  /** The choice that was emitted since `choose` was called. */
  #chosen(): ConnectionRecord | undefined {
    return this.#choice;
  }

  #fail(error: unknown): void {
    this.lastError = error;
    this.#onFailure(error);
  }

  #rejectChoice(choice: unknown): void {
    this.#choice = undefined;
    if (choice === undefined || choice === null) return;
    this.#fail(
      new TypeError(`the strategy named something of type ${typeof choice}, not a record of state.connections`),
    );
  }

  /** Subscribes to the operator; `undefined` when it failed at once. */
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
            else this.#rejectChoice(choice);
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

/** Untyped code may emit anything. */
function isRecord(choice: unknown): choice is ConnectionRecord {
  return typeof choice === 'object' && choice !== null && 'slot' in choice && 'id' in choice;
}

function nothing(): void {
  // There is no subscription to end.
}
