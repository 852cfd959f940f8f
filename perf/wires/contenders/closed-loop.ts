/** Asks once, and says when it has its answer. */
export type Ask = (answered: () => void) => void;

/** A closed loop in callbacks: so many at once, each of which asks again as soon as it has its answer. */
export function closedLoop(ask: Ask, times: number, atOnce: number): Promise<void> {
  return new Promise((resolve) => {
    let asked = 0;
    let answered = 0;
    const next = (): void => {
      answered++;
      if (asked < times) start();
      else if (answered === times) resolve();
    };
    const start = (): void => {
      asked++;
      ask(next);
    };
    for (let i = 0; i < Math.min(atOnce, times); i++) start();
  });
}

/** The same in promises. */
export async function awaited(once: () => Promise<unknown>, times: number, atOnce: number): Promise<void> {
  let left = times;
  const client = async (): Promise<void> => {
    while (left-- > 0) await once();
  };
  await Promise.all(Array.from({ length: atOnce }, client));
}
