import type { Waiter } from '../../lib/state/pool-state.ts';

interface Lane {
  readonly key: string | undefined;
  readonly waiters: Waiter[];
}

interface Ring {
  readonly priority: number;
  readonly lanes: Lane[];
}

/** What a queue has to do, out of arrays and with little regard to cost. */
export class QueueModel {
  /** Highest priority first. */
  readonly #rings: Ring[] = [];

  copy(): QueueModel {
    const copy = new QueueModel();
    for (const { priority, lanes } of this.#rings) {
      copy.#rings.push({ priority, lanes: lanes.map(({ key, waiters }) => ({ key, waiters: [...waiters] })) });
    }
    return copy;
  }

  get all(): Waiter[] {
    return this.#rings.flatMap(({ lanes }) => lanes.flatMap(({ waiters }) => waiters));
  }

  get first(): Waiter | undefined {
    return this.#rings[0]?.lanes[0]?.waiters[0];
  }

  /** Of each priority the first of each key. */
  get firstOfEach(): Waiter[] {
    return this.#rings.flatMap(({ lanes }) => lanes.flatMap(({ waiters }) => waiters.slice(0, 1)));
  }

  push(waiter: Waiter): void {
    let ring = this.#rings.find(({ priority }) => priority === waiter.priority);
    if (ring === undefined) this.#rings.push((ring = { priority: waiter.priority, lanes: [] }));
    this.#rings.sort((a, b) => b.priority - a.priority);
    const lane = ring.lanes.find(({ key }) => key === waiter.key);
    if (lane === undefined) ring.lanes.push({ key: waiter.key, waiters: [waiter] });
    else lane.waiters.push(waiter);
  }

  /** Whoever is served, its key goes to the end of the ring. False when it is not there. */
  serve(id: number): boolean {
    return this.#take(id, (lanes, lane) => lanes.push(lane));
  }

  /** False when it is not there. */
  remove(id: number): boolean {
    return this.#take(id, (lanes, lane, at) => lanes.splice(at, 0, lane));
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

  /** Takes its lane out of the ring as well; `putBack` has it again if somebody is left in it. */
  #take(id: number, putBack: (lanes: Lane[], lane: Lane, at: number) => void): boolean {
    for (const [r, { lanes }] of this.#rings.entries()) {
      for (const [at, lane] of lanes.entries()) {
        const i = lane.waiters.findIndex((waiter) => waiter.id === id);
        if (i === -1) continue;
        lane.waiters.splice(i, 1);
        lanes.splice(at, 1);
        if (lane.waiters.length > 0) putBack(lanes, lane, at);
        if (lanes.length === 0) this.#rings.splice(r, 1);
        return true;
      }
    }
    return false;
  }
}
