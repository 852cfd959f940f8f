import type { Clients } from '../peer.ts';

/** Holds as many connections at once as there are to be, so that a pool that opens them on demand has opened them all. */
export async function warmUp(clients: Clients, size: number): Promise<void> {
  for (const giveBack of await take(clients, size)) giveBack();
}

/** Takes connections and resolves with what gives them back. */
export function take(clients: Clients, connections: number): Promise<(() => void)[]> {
  return new Promise((resolve, reject) => {
    const taken: (() => void)[] = [];
    const ask = clients.asker((giveBack) => {
      if (taken.push(giveBack) === connections) resolve(taken);
    }, reject);
    for (let i = 0; i < connections; i++) ask();
  });
}
