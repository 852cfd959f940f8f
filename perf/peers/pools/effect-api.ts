declare const produces: unique symbol;

/** A description of work that ends with an `A`. */
export interface Effect<A> {
  readonly [produces]: A;
}

/** How long a pool lives. */
export interface Scope {
  readonly state: unknown;
}

/** A pool of `A`. */
export interface EffectPool<A> {
  readonly state: { readonly waiters: ReadonlySet<unknown> };
  readonly [produces]: A;
}

/** As much of Effect as the comparison uses. */
export interface EffectApi {
  readonly Effect: {
    readonly void: Effect<void>;
    sync<A>(evaluate: () => A): Effect<A>;
    promise<A>(evaluate: () => Promise<A>): Effect<A>;
    callback<A>(register: (resume: (effect: Effect<A>) => void) => void): Effect<A>;
    whileLoop<A>(loop: { while: () => boolean; body: () => Effect<A>; step: (value: A) => void }): Effect<void>;
    all(effects: readonly Effect<unknown>[], options: { concurrency: 'unbounded'; discard: true }): Effect<void>;
    runPromise<A>(effect: Effect<A>): Promise<A>;
    runFork(effect: Effect<unknown>): unknown;
  };
  readonly Pool: {
    make<A>(options: { acquire: Effect<A>; size: number }): Effect<EffectPool<A>>;
    use<A, B>(pool: EffectPool<A>, work: (item: A) => Effect<B>): Effect<B>;
  };
  readonly Scope: {
    makeUnsafe(): Scope;
    provide<A>(effect: Effect<A>, scope: Scope): Effect<A>;
  };
}

/** Effect, without its own declarations: they need the types of a browser, and double the time that a build takes. */
export async function loadEffect(): Promise<EffectApi> {
  // The compiler does not look behind what it cannot read.
  return (await import(import.meta.resolve('effect'))) as EffectApi;
}
