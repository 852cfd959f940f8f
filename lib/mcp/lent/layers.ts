/** What somebody has set, and how to put it in force. */
interface Layer {
  /** Whose it is; absent: the pool's own. */
  readonly owner: object | undefined;
  readonly apply: () => void;
}

/**
 * Values that are set by name, of which those of a holder lie above the pool's own for as long as it holds: the latest is
 * in force, and when its owner leaves, the one beneath it.
 */
export class Layers {
  readonly #stacks = new Map<string, Layer[]>();

  /** Sets the pool's own, which is in force unless a holder has set another. */
  base(name: string, apply: () => void): void {
    const [, ...above] = this.#stacks.get(name) ?? [];
    if (above.length === 0) apply();
    this.#stacks.set(name, [{ owner: undefined, apply }, ...above]);
  }

  /** Sets that of a holder. `restore` is what is put in force beneath, where nobody has set anything. */
  set(owner: object, name: string, apply: () => void, restore: () => void): void {
    // It may refuse, and then nothing has been set.
    apply();
    const stack = this.#stacks.get(name) ?? [{ owner: undefined, apply: restore }];
    this.#stacks.set(name, [...stack.filter((layer) => layer.owner !== owner), { owner, apply }]);
  }

  /** The holder leaves, and takes what it has set with it. */
  drop(owner: object): void {
    for (const [name, stack] of this.#stacks) {
      const left = stack.filter((layer) => layer.owner !== owner);
      if (left.length === stack.length) continue;
      this.#stacks.set(name, left);
      if (stack.at(-1)?.owner === owner) left.at(-1)?.apply();
    }
  }
}
