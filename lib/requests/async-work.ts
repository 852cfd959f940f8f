import type { Subscriber } from 'rxjs';

/**
 * Reads an async iterable to its end. In place of `from`, which says neither when an iterable that is not wanted any more
 * has really stopped, nor tells it so before its next value.
 */
export class AsyncWork<T> {
  /** Resolves when nothing of the iterable goes on; never rejects. */
  readonly ended: Promise<void>;
  /** Whether it has come to its end by itself, which is so before that is told. */
  isOver = false;
  readonly #iterator: AsyncIterator<T>;
  readonly #subscriber: Subscriber<T>;
  #returned: Promise<unknown> | undefined;

  constructor(iterable: AsyncIterable<T>, subscriber: Subscriber<T>) {
    this.#iterator = iterable[Symbol.asyncIterator]();
    this.#subscriber = subscriber;
    this.ended = this.#read();
  }

  /** Nobody wants it any more: the iterable is asked to end, which it does when what it is doing has ended. */
  stop(): void {
    this.#returned ??= this.#return();
  }

  async #read(): Promise<void> {
    const subscriber = this.#subscriber;
    try {
      for (let result = await this.#iterator.next(); ; result = await this.#iterator.next()) {
        if (result.done === true) {
          this.isOver = true;
          subscriber.complete();
          return;
        }
        subscriber.next(result.value);
        if (subscriber.closed) break;
      }
    } catch (error) {
      this.isOver = true;
      subscriber.error(error);
      return;
    }
    this.stop();
    await this.#returned;
  }

  async #return(): Promise<void> {
    try {
      await this.#iterator.return?.();
    } catch {
      // Nobody is left to be told.
    }
  }
}

/** Whether it is read with `for await`: a generator, a stream of Node or of the web. */
export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
