/**
 * A copy of data in which each text is replaced by what `map` makes of it; the data itself when that changes nothing.
 * Numbers, booleans and the names of properties stay. Objects of a class are replaced by what `other` makes of them.
 * Data may be nested to any depth and contain itself; the time is linear in its size.
 */
export function mapTexts(
  data: unknown,
  map: (text: string) => string,
  other: (value: object) => object = itself,
): unknown {
  const copies = new Map<object, object>();
  const seen = { isChanged: false };
  const note = <T>(value: T, from: unknown): T => {
    seen.isChanged ||= value !== from;
    return value;
  };
  const copied = (value: unknown): unknown => {
    if (typeof value === 'string') return note(map(value), value);
    if (typeof value !== 'object' || value === null) return value;
    const object = isPlain(value) ? value : note(other(value), value);
    return isPlain(object) ? (copies.get(object) ?? begin(object)) : object;
  };
  const begin = (value: object): object => {
    const copy = Array.isArray(value) ? [] : {};
    copies.set(value, copy);
    return copy;
  };
  const copy = copied(data);
  // A loop and not recursion, because the sender decides how deep it is. Iterating a map also visits what is added on
  // the way.
  for (const [from, to] of copies) for (const key of Object.keys(from)) put(to, key, copied(valueOf(from, key)));
  return seen.isChanged ? copy : data;
}

function itself(value: object): object {
  return value;
}

/** Whether it is an array, or an object without a class. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}

/** A getter is not called: it might throw. */
function valueOf(from: object, key: string): unknown {
  return Object.getOwnPropertyDescriptor(from, key)?.value;
}

/** An assignment would set the prototype where the name is `__proto__`. */
function put(to: object, key: string, value: unknown): void {
  Object.defineProperty(to, key, { value, enumerable: true, writable: true, configurable: true });
}
