/** A number that can be chosen from outside, as in `RUNS=5 npx vitest ...`. */
export function chosen(name: string, otherwise: number): number {
  const text = process.env[name];
  if (text === undefined || text === '') return otherwise;
  const value = Number(text);
  if (!Number.isInteger(value)) throw new TypeError(`${name} must be a whole number, not ${text}`);
  return value;
}

/** As `chosen`, a seed: another one each time, and told, so that the run can be had again. */
export function chosenSeed(name: string): number {
  const seed = chosen(name, Math.floor(Math.random() * 2 ** 31));
  process.stdout.write(`${name}=${seed}\n`);
  return seed;
}
