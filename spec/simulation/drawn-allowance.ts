import { BehaviorSubject } from 'rxjs';
import type { Allowance, AllowanceMode, AllowancePort, PoolAllowance } from '../../lib/index.ts';
import { Draw } from './draw.ts';

/** Grants a pool more or less at any time, and looks at what it says that it holds. */
export class DrawnAllowance implements AllowancePort {
  /** Its own, so that the others draw what they drew without it. */
  readonly #draw: Draw;
  readonly #maxSize: number;
  readonly #wrong: string[];
  readonly #grants$: BehaviorSubject<Allowance>;
  #held = 0;
  #isClosed = false;

  constructor(seed: number, maxSize: number, wrong: string[]) {
    this.#draw = new Draw(seed + 77);
    this.#maxSize = maxSize;
    this.#wrong = wrong;
    this.#grants$ = new BehaviorSubject(this.#drawn());
  }

  open(): PoolAllowance {
    return {
      allowance$: this.#grants$,
      want: (wanted, held) => this.#told(wanted, held),
      close: () => {
        if (this.#isClosed || this.#held > 0) this.#wrong.push(`the share ends with ${this.#held} held`);
        this.#isClosed = true;
      },
    };
  }

  /** Grants something else now and then. */
  change(): void {
    if (this.#draw.chance(40)) this.#grants$.next(this.#drawn());
  }

  /** Whether the pool may not have more than it has: then it does not have to connect for those who wait. */
  get isUsedUp(): boolean {
    return this.#held >= Math.min(this.#maxSize, this.#grants$.value.limit);
  }

  end(): void {
    if (!this.#isClosed) this.#wrong.push('the share was not closed');
  }

  #told(wanted: number, held: number): void {
    if (this.#isClosed) this.#wrong.push('told after its end');
    if (wanted > this.#maxSize) this.#wrong.push(`told ${wanted}, ${held}`);
    if (held > Math.max(this.#held, this.#grants$.value.limit)) this.#wrong.push(`${held} are more than were granted`);
    this.#held = held;
  }

  #drawn(): Allowance {
    const mode: AllowanceMode = this.#draw.oneOf('granted', 'granted', 'held', 'shrunk', 'fenced');
    return { limit: this.#draw.below(this.#maxSize + 2), mode, epoch: this.#draw.below(3) };
  }
}
