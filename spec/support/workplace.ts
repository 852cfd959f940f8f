import type { FakeConnection } from './fake-server.ts';

/** Who works on which connection, written down by the work itself, whatever became of its lease or its caller. */
export class Workplace {
  readonly #wrong: string[];
  readonly #most: number;
  readonly #working = new Map<number, number>();

  /** `most`: as many as may work on one connection at once. */
  constructor(most: number, wrong: string[]) {
    this.#most = most;
    this.#wrong = wrong;
  }

  /** Somebody begins; returns how to end. */
  begin({ id, alive }: FakeConnection, what: string): () => void {
    const now = (this.#working.get(id) ?? 0) + 1;
    this.#working.set(id, now);
    // Nobody hears what is said on a connection that is gone.
    if (alive && now > this.#most) this.#wrong.push(`I3 ${now} work on connection ${id}, ${what} the last`);
    let isOver = false;
    return () => {
      if (!isOver) this.#working.set(id, (this.#working.get(id) ?? 1) - 1);
      isOver = true;
    };
  }
}
