/** The value with one of the keys, in their order: which one, `n` decides. */
export function nth<T>(items: ReadonlyMap<number, T>, n: number): T | undefined {
  const key = nthKey(items, n);
  return key === undefined ? undefined : items.get(key);
}

/** Its key. */
export function nthKey(items: ReadonlyMap<number, unknown>, n: number): number | undefined {
  const keys = [...items.keys()].toSorted((a, b) => a - b);
  return keys[n % Math.max(1, keys.length)];
}
