/** How many there may be at once. */
export interface PlaceLimits {
  readonly max: number;
  /** Those of one principal. */
  readonly perPrincipal: number;
}

/** Counts what principals have at once: no principal takes more than its share, and all together no more than there is. */
export class Places {
  readonly #limits: PlaceLimits;
  readonly #taken = new Map<string, number>();
  #size = 0;

  constructor(limits: PlaceLimits) {
    this.#limits = limits;
  }

  /** Why this principal cannot have one more; `undefined` where it can. */
  fault(principal: string): 'all' | 'own' | undefined {
    if (this.#size >= this.#limits.max) return 'all';
    return (this.#taken.get(principal) ?? 0) >= this.#limits.perPrincipal ? 'own' : undefined;
  }

  take(principal: string): void {
    this.#size++;
    this.#taken.set(principal, (this.#taken.get(principal) ?? 0) + 1);
  }

  /** Gives one back that was taken. */
  free(principal: string): void {
    const left = (this.#taken.get(principal) ?? 1) - 1;
    this.#size--;
    // Principals may be many, and of most of them nothing is left.
    if (left > 0) this.#taken.set(principal, left);
    else this.#taken.delete(principal);
  }
}
