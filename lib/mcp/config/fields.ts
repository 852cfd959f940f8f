/** The members of a JSON object. */
export type Fields = Readonly<Record<string, unknown>>;

/** Whether a JSON value is an object, and no list. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a value is, for messages that must not quote it. */
export function kindIn(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a${typeof value === 'object' ? 'n' : ''} ${typeof value}`;
}

/** A string that must not be empty; `undefined` where nothing stands. Throws a `TypeError` that does not quote it. */
export function textIn(name: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string' && value !== '') return value;
  throw new TypeError(`${name} must be a string${value === '' ? ' with something in it' : `, not ${kindIn(value)}`}`);
}

/** A list of strings; numbers are taken as their text. Throws a `TypeError`. */
export function textsIn(name: string, value: unknown): readonly string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new TypeError(`${name} must be a list of strings, not ${kindIn(value)}`);
  return value.map((text: unknown, i) => textOf(`${name}[${i}]`, text));
}

/** Strings by name; numbers and booleans are taken as their text, `null` leaves a name out. Throws a `TypeError`. */
export function textsByName(name: string, value: unknown): Readonly<Record<string, string>> {
  if (value === undefined || value === null) return {};
  if (!isFields(value)) throw new TypeError(`${name} must be an object of strings, not ${kindIn(value)}`);
  const texts = Object.entries(value).filter(([, text]) => text !== null);
  return Object.fromEntries(texts.map(([key, text]) => [key, textOf(`${name}.${key}`, text)]));
}

function textOf(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new TypeError(`${name} must be a string, not ${kindIn(value)}`);
}
