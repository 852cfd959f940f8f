import type { Waiter } from '../../lib/state/pool-state.ts';

interface Lane {
  readonly key: string | undefined;
  readonly waiters: Waiter[];
}

interface Ring {
  readonly priority: number;
  readonly lanes: Lane[];
}

/** What a queue has to do, out of arrays and without regard to cost. */
export class QueueModel {
  #rings: Ring[] = [];

  copy(): QueueModel {
    const copy = new QueueModel();
    copy.#rings = this.#rings.map(({ priority, lanes }) => ({
      priority,
      lanes: lanes.map(({ key, waiters }) => ({ key, waiters: [...waiters] })),
    }));
    return copy;
  }

  get all(): Waiter[] {
    return this.#rings.flatMap(({ lanes }) => lanes.flatMap(({ waiters }) => waiters));
  }

  push(waiter: Waiter): void {
    let ring = this.#rings.find(({ priority }) => priority === waiter.priority);
    if (ring === undefined) this.#rings.push((ring = { priority: waiter.priority, lanes: [] }));
    this.#rings.sort((a, b) => b.priority - a.priority);
    const lane = ring.lanes.find(({ key }) => key === waiter.key);
    if (lane === undefined) ring.lanes.push({ key: waiter.key, waiters: [waiter] });
    else lane.waiters.push(waiter);
  }

  get first(): Waiter | undefined {
    return this.#rings[0]?.lanes[0]?.waiters[0];
  }

  /** Whoever is served, its key goes to the end of the ring. */
  serve(id: number): void {
    for (const { lanes } of this.#rings) {
      const at = lanes.findIndex(({ waiters }) => waiters.some((waiter) => waiter.id === id));
      if (at !== -1) lanes.push(...lanes.splice(at, 1));
    }
    this.remove(id);
  }

  remove(id: number): void {
    this.#rings = this.#rings
      .map(({ priority, lanes }) => ({ priority, lanes: lanes.map((lane) => without(lane, id)).filter(isInUse) }))
      .filter(({ lanes }) => lanes.length > 0);
  }

  /** In which order they are served when nobody else comes. */
  order(): Waiter[] {
    const rest = this.copy();
    const order: Waiter[] = [];
    for (let next = rest.first; next !== undefined; next = rest.first) {
      order.push(next);
      rest.serve(next.id);
    }
    return order;
  }
}

function without({ key, waiters }: Lane, id: number): Lane {
  return { key, waiters: waiters.filter((waiter) => waiter.id !== id) };
}

function isInUse({ waiters }: Lane): boolean {
  return waiters.length > 0;
}
