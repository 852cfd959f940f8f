/** The least that a pool can be: an array of what is free and one of who waits. The floor of every comparison. */
export class FreeList {
  readonly #free: number[];
  readonly #waiting: ((connection: number) => void)[] = [];

  constructor(connections: number) {
    this.#free = Array.from({ length: connections }, (_, id) => id);
  }

  // `async` because that is what the callers of a bare list have: a promise a checkout.
  async checkout(): Promise<number> {
    return this.#free.pop() ?? (await new Promise<number>((resolve) => this.#waiting.push(resolve)));
  }

  checkin(connection: number): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free.push(connection);
    else next(connection);
  }
}

/** One client, `pairs` times a checkout and a checkin. */
export async function sequentialOnList(list: FreeList, pairs: number): Promise<void> {
  for (let i = 0; i < pairs; i++) list.checkin(await list.checkout());
}

/** Many clients, each holding what it got for one microtask; `pairs` of all together. */
export async function contendedOnList(list: FreeList, clients: number, pairs: number): Promise<void> {
  let left = pairs;
  const client = async (): Promise<void> => {
    while (left-- > 0) {
      const connection = await list.checkout();
      await Promise.resolve();
      list.checkin(connection);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
}
