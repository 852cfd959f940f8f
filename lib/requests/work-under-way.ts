import { NEVER, Observable, type ObservableInput, Subscriber, from } from 'rxjs';
import { report } from '../base/report.ts';

/** Told what comes of a piece of work. What it throws is reported: where work comes from there may be others to tell. */
export interface WorkListener<T> {
  emit(value: T): void;
  finish(): void;
  error(reason: unknown): void;
}

/** A piece of work that goes on, or is about to. */
export interface WorkUnderWay {
  begin(): void;
  /** Settles when the work has really ended; `undefined` where it has, or can be stopped. */
  readonly unstoppable: PromiseLike<unknown> | undefined;
  /** Nobody wants it any more: its listener hears no more of it. Throws what a teardown of the work throws. */
  stop(): void;
}

/**
 * An observable of which a run needs no subscription: that of each request of MCP. A subscription takes five objects more,
 * and RxJS keeps its teardown in a list; V8 comes to put such lists among its old objects, and with them all that belongs to
 * the request.
 */
// eslint-disable-next-line rxjs-x/no-subclass -- it is an observable to whoever subscribes
export abstract class DirectObservable<T> extends Observable<T> {
  /** The same as work, not begun. */
  abstract asWork(): DirectWork<T>;
}

/** Work with one value that tells its listener itself, without an observable in between. */
export abstract class DirectWork<T> implements WorkUnderWay {
  #listener: WorkListener<T> | undefined;

  /** Names who is told; before `begin`. */
  tell(listener: WorkListener<T>): this {
    this.#listener = listener;
    return this;
  }

  get unstoppable(): undefined {
    return undefined;
  }

  abstract begin(): void;

  stop(): void {
    this.#listener = undefined;
    this.cancel();
  }

  /** Nobody wants the outcome any more. */
  protected abstract cancel(): void;

  /** The one value, and the end. */
  protected succeed(value: T): void {
    const listener = this.#listener;
    this.#listener = undefined;
    if (listener === undefined) return;
    try {
      listener.emit(value);
    } catch (error) {
      report(error);
    }
    try {
      listener.finish();
    } catch (error) {
      report(error);
    }
  }

  protected fail(reason: unknown): void {
    const listener = this.#listener;
    this.#listener = undefined;
    try {
      listener?.error(reason);
    } catch (error) {
      report(error);
    }
  }
}

/** As it was returned by whoever does the work; a promise is heard at once. Throws a `TypeError` for what is no work. */
export function underWay<T>(work: ObservableInput<T>, listener: WorkListener<T>): WorkUnderWay {
  if (work instanceof DirectObservable) return (work as DirectObservable<T>).asWork().tell(listener);
  // Before the others, for it is the usual one: what it is not takes longer to find out.
  if (work instanceof Observable) return new ObservedWork(work, listener);
  if (isPromise(work)) return new AwaitedWork(work, listener);
  if (isAsyncIterable(work)) return new IteratedWork(work, listener);
  return new ObservedWork(from(work), listener);
}

/** An observable; closed from within, so that one that emits synchronously and without end is stopped. */
// eslint-disable-next-line rxjs-x/no-subclass -- an observer costs as much again, and cannot be closed before `subscribe` returns
class ObservedWork<T> extends Subscriber<T> implements WorkUnderWay {
  readonly #values$: Observable<T>;
  readonly #listener: WorkListener<T>;

  constructor(values$: Observable<T>, listener: WorkListener<T>) {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- discouraged for want of a reason, which stands above
    super();
    this.#values$ = values$;
    this.#listener = listener;
  }

  begin(): void {
    this.#values$.subscribe(this);
  }

  get unstoppable(): undefined {
    return undefined;
  }

  stop(): void {
    this.unsubscribe();
  }

  protected override _next(value: T): void {
    try {
      this.#listener.emit(value);
    } catch (error) {
      report(error);
    }
  }

  protected override _error(reason: unknown): void {
    try {
      this.#listener.error(reason);
    } catch (error) {
      report(error);
    }
  }

  protected override _complete(): void {
    try {
      this.#listener.finish();
    } catch (error) {
      report(error);
    }
  }
}

/** A promise, which cannot be stopped. In place of `from`, which takes four objects more. */
class AwaitedWork<T> implements WorkUnderWay {
  unstoppable: PromiseLike<T> | undefined;
  #listener: WorkListener<T> | undefined;

  constructor(promise: PromiseLike<T>, listener: WorkListener<T>) {
    this.unstoppable = promise;
    this.#listener = listener;
    promise.then(
      (value) => {
        this.#resolved(value);
      },
      (reason: unknown) => {
        this.#rejected(reason);
      },
    );
  }

  begin(): void {
    // A promise has.
  }

  stop(): void {
    this.#listener = undefined;
  }

  #resolved(value: T): void {
    const listener = this.#listener;
    this.unstoppable = undefined;
    if (listener === undefined) return;
    try {
      listener.emit(value);
      listener.finish();
    } catch (error) {
      report(error);
    }
  }

  #rejected(reason: unknown): void {
    this.unstoppable = undefined;
    try {
      this.#listener?.error(reason);
    } catch (error) {
      report(error);
    }
  }
}

/**
 * An async iterable, read to its end. In place of `from`, which says neither when an iterable that is not wanted any more
 * has really stopped, nor tells it so before its next value.
 */
class IteratedWork<T> implements WorkUnderWay {
  readonly #iterable: AsyncIterable<T>;
  readonly #subscriber: ObservedWork<T>;
  /** Resolves when nothing of the iterable goes on; never rejects. */
  #ended: Promise<void> | undefined;
  /** Whether it has come to its end by itself, which is so before that is told. */
  #isOver = false;
  #iterator: AsyncIterator<T> | undefined;
  #returned: Promise<void> | undefined;

  constructor(iterable: AsyncIterable<T>, listener: WorkListener<T>) {
    this.#iterable = iterable;
    this.#subscriber = new ObservedWork(NEVER, listener);
  }

  begin(): void {
    this.#iterator = this.#iterable[Symbol.asyncIterator]();
    this.#ended = this.#read(this.#iterator);
  }

  get unstoppable(): Promise<void> | undefined {
    return this.#isOver ? undefined : this.#ended;
  }

  /** The iterable is asked to end, which it does when what it is doing has ended. */
  stop(): void {
    this.#subscriber.unsubscribe();
    if (!this.#isOver) this.#returned ??= this.#return();
  }

  async #read(iterator: AsyncIterator<T>): Promise<void> {
    const subscriber = this.#subscriber;
    try {
      while (!subscriber.closed) {
        const result = await iterator.next();
        if (result.done === true) {
          this.#isOver = true;
          subscriber.complete();
          return;
        }
        subscriber.next(result.value);
      }
    } catch (error) {
      this.#isOver = true;
      subscriber.error(error);
    }
    await this.#returned;
  }

  async #return(): Promise<void> {
    try {
      await this.#iterator?.return?.();
    } catch {
      // Nobody is left to be told.
    }
  }
}

/** Whether it is waited for with `await`. From untyped code it may be anything. */
export function isPromise(work: unknown): work is PromiseLike<unknown> {
  const { then } = Object(work) as Partial<PromiseLike<unknown>>;
  return typeof then === 'function';
}

/** Whether it is read with `for await`: a generator, a stream of Node or of the web. */
export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
