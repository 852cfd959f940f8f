import { Subject } from 'rxjs';
import type { Allowance, AllowanceMode, AllowancePort, PoolAllowance } from '../../lib/index.ts';

/** A port of which the test says what it grants; writes down what a pool tells it. */
export class ScriptedAllowance implements AllowancePort {
  /** The names of the pools that opened it. */
  readonly opened: string[] = [];
  /** What was told, each as `[wanted, held]`. */
  readonly wishes: [wanted: number, held: number][] = [];
  closes = 0;
  readonly #grants$ = new Subject<Allowance>();
  readonly #first: number | undefined;

  /** `first` is granted just after a pool has opened it. */
  constructor(first?: number) {
    this.#first = first;
  }

  open({ name }: { readonly name: string }): PoolAllowance {
    this.opened.push(name);
    queueMicrotask(() => {
      if (this.#first !== undefined) this.grant(this.#first);
    });
    return {
      allowance$: this.#grants$,
      want: (wanted, held) => this.wishes.push([wanted, held]),
      close: () => this.closes++,
    };
  }

  grant(limit: number, mode: AllowanceMode = 'granted', epoch = 1): void {
    this.#grants$.next({ limit, mode, epoch });
  }

  /** Emits anything at all. */
  emit(allowance: unknown): void {
    this.#grants$.next(allowance as Allowance);
  }

  fail(error: Error): void {
    this.#grants$.error(error);
  }

  complete(): void {
    this.#grants$.complete();
  }

  /** Whether somebody follows the grants. */
  get isFollowed(): boolean {
    return this.#grants$.observed;
  }
}
