/** A value that somebody has set, and how to make it the one in force. */
interface Layer {
  /** Who has set it; absent for the pool's own. */
  readonly owner: object | undefined;
  readonly apply: () => void;
}

/**
 * Values under names, such as the handlers of a client, where each name has a stack of values. The pool's own is at the
 * bottom; those of holders lie above it while they hold their lease. The top one is in force; when its owner leaves,
 * the one below is put back.
 */
export class Layers {
  readonly #stacks = new Map<string, Layer[]>();

  /** Sets the pool's own value, which is in force unless a holder has set another. */
  base(name: string, apply: () => void): void {
    const [, ...above] = this.#stacks.get(name) ?? [];
    if (above.length === 0) apply();
    this.#stacks.set(name, [{ owner: undefined, apply }, ...above]);
  }

  /** Sets the value of a holder. `restore` puts the former value back where the pool has not set one itself. */
  set(owner: object, name: string, apply: () => void, restore: () => void): void {
    // First, because it may throw, and then nothing has been set.
    apply();
    const stack = this.#stacks.get(name) ?? [{ owner: undefined, apply: restore }];
    this.#stacks.set(name, [...stack.filter((layer) => layer.owner !== owner), { owner, apply }]);
  }

  /** Takes away everything that this holder has set. */
  drop(owner: object): void {
    for (const [name, stack] of this.#stacks) {
      const left = stack.filter((layer) => layer.owner !== owner);
      if (left.length === stack.length) continue;
      this.#stacks.set(name, left);
      if (stack.at(-1)?.owner === owner) left.at(-1)?.apply();
    }
  }
}
