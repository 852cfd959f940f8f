import { BehaviorSubject, type Observable } from 'rxjs';
import type { Endpoint } from '../../lib/index.ts';
import type { Draw } from './draw.ts';

/** The servers that a pool has to do with, and what becomes of them. */
export class DrawnEndpoints {
  readonly #endpoints$: BehaviorSubject<readonly Endpoint[]>;
  readonly #down = new Set<string>();
  readonly #draw: Draw;

  constructor(draw: Draw) {
    this.#draw = draw;
    this.#endpoints$ = new BehaviorSubject<readonly Endpoint[]>(this.#list());
  }

  get endpoints$(): Observable<readonly Endpoint[]> {
    return this.#endpoints$;
  }

  isDown(endpoint: unknown): boolean {
    return [...this.#down].some((id) => id === Reflect.get(Object(endpoint) as object, 'id'));
  }

  /** Another list, or one that makes no sense; or a server goes down or comes up. */
  change(): void {
    const kind = this.#draw.below(10);
    if (kind < 3) this.#endpoints$.next(this.#list());
    else if (kind < 5) this.#endpoints$.next([{ id: 1 as unknown as string }]);
    else if (kind < 8) this.#down.add(this.#draw.oneOf('a', 'b', 'c', 'd'));
    else if (kind < 9) this.#down.clear();
    else if (this.#draw.chance(50)) this.#end();
  }

  /** Nobody tells of another list any more. */
  #end(): void {
    if (this.#draw.chance(50)) this.#endpoints$.complete();
    else this.#endpoints$.error(new Error('no such name'));
  }

  #list(): readonly Endpoint[] {
    const ids = ['a', 'b', 'c', 'd'].filter(() => this.#draw.chance(70));
    return ids.map((id) => ({ id }));
  }
}
