/** A number that can be chosen from outside, as in `RUNS=5 npx vitest ...`. */
export function chosen(name: string, otherwise: number): number {
  const text = process.env[name];
  if (text === undefined || text === '') return otherwise;
  const value = Number(text);
  if (!Number.isInteger(value)) throw new TypeError(`${name} must be a whole number, not ${text}`);
  return value;
}

/** How many runs a random suite makes: all of them in CI, a fifth anywhere else, or as many as are asked for. */
export function chosenRuns(name: string, inCi: number): number {
  const isCi = (process.env['CI'] ?? '') !== '';
  return chosen(name, isCi ? inCi : Math.ceil(inCi / 5));
}

/** As `chosen`, a seed: another one each time, and told, so that the run can be had again. */
export function chosenSeed(name: string): number {
  const seed = chosen(name, Math.floor(Math.random() * 2 ** 31));
  process.stdout.write(`${name}=${seed}\n`);
  return seed;
}
