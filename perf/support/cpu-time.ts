import type { Repeated } from './rounds.ts';

/** How much of the processor this process used for each peer: unlike the time, it does not grow with what else runs. */
export class CpuTime {
  readonly #us = new Map<string, number>();
  readonly #times = new Map<string, number>();

  /** The same peer, watched. */
  watch(peer: Repeated): Repeated {
    const run = async (times: number): Promise<void> => {
      const since = process.cpuUsage();
      await peer.run(times);
      const { user, system } = process.cpuUsage(since);
      add(this.#us, peer.name, user + system);
      add(this.#times, peer.name, times);
    };
    return { ...peer, run };
  }

  /** Microseconds for one time. */
  us(name: string): number {
    return (this.#us.get(name) ?? NaN) / (this.#times.get(name) ?? NaN);
  }
}

function add(totals: Map<string, number>, name: string, value: number): void {
  totals.set(name, (totals.get(name) ?? 0) + value);
}
