import { count, duration } from '../../base/durations.ts';
import { didYouMean, unknownNames } from '../../base/known-options.ts';
import type { Expander } from '../../mcp/config/expander.ts';
import { type Fields, isFields, kindIn, textIn } from '../../mcp/config/fields.ts';

/**
 * Reads the members of an object in a file, with its variables expanded. What is left out, or `null`, is `undefined`. Each
 * method throws a `TypeError` or `RangeError` that names the place and quotes no text.
 */
export class BlockReader {
  readonly #place: string;
  readonly #fields: Fields;
  readonly #expander: Expander;

  constructor(place: string, fields: Fields, expander: Expander) {
    this.#place = place;
    this.#fields = fields;
    this.#expander = expander;
  }

  /** An object that has these members and no others. */
  block(name: string, members: readonly string[]): BlockReader | undefined {
    const given = this.#valueOf(name);
    return given === undefined ? undefined : this.#reader(this.#placeOf(name), given, members);
  }

  /** A list of such objects; empty where it is left out. */
  blocks(name: string, members: readonly string[]): readonly BlockReader[] {
    return this.#list(name).map((item, n) => this.#reader(`${this.#placeOf(name)}[${n}]`, item, members));
  }

  text(name: string): string | undefined {
    return this.#textOf(this.#placeOf(name), this.#valueOf(name));
  }

  /** A text that must be there. */
  needed(name: string): string {
    const found = this.text(name);
    if (found !== undefined) return found;
    throw new TypeError(`${this.#placeOf(name)} is missing`);
  }

  texts(name: string): readonly string[] | undefined {
    if (this.#valueOf(name) === undefined) return undefined;
    return this.#list(name).map((item, n) => {
      const place = `${this.#placeOf(name)}[${n}]`;
      const found = this.#textOf(place, item);
      if (found !== undefined) return found;
      throw new TypeError(`${place} must be a string, not ${kindIn(item)}`);
    });
  }

  oneOf<T extends string>(name: string, values: readonly T[]): T | undefined {
    const found = this.text(name);
    if (found === undefined) return undefined;
    const value = values.find((each) => each === found);
    if (value !== undefined) return value;
    throw new TypeError(`${this.#placeOf(name)} must be one of ${values.join(', ')}`);
  }

  flag(name: string): boolean | undefined {
    const given = this.#valueOf(name);
    if (given === undefined || typeof given === 'boolean') return given;
    throw new TypeError(`${this.#placeOf(name)} must be true or false, not ${kindIn(given)}`);
  }

  /** A whole number above 0. */
  count(name: string): number | undefined {
    const given = this.#numberOf(name);
    return given === undefined ? undefined : count(this.#placeOf(name), given, 1);
  }

  /** In milliseconds; 0: off. */
  duration(name: string): number | undefined {
    const given = this.#numberOf(name);
    return given === undefined ? undefined : duration(this.#placeOf(name), given);
  }

  port(name: string): number | undefined {
    const given = this.#numberOf(name);
    if (given === undefined || (Number.isInteger(given) && given >= 0 && given <= 65_535)) return given;
    throw new RangeError(`${this.#placeOf(name)} must be a port from 0 to 65535, not ${given}`);
  }

  /** A number, also one that comes out of a variable. */
  #numberOf(name: string): number | undefined {
    const given = this.#valueOf(name);
    if (given === undefined || typeof given === 'number') return given;
    const text = typeof given === 'string' ? this.#expander.text(this.#placeOf(name), given) : 'no text';
    // What has no value is told with all else that has none.
    if (text === '' && given !== '') return undefined;
    if (/^\d+$/.test(text)) return Number(text);
    throw new TypeError(`${this.#placeOf(name)} must be a number, not ${kindIn(given)}`);
  }

  #valueOf(name: string): unknown {
    return this.#fields[name] ?? undefined;
  }

  #textOf(place: string, given: unknown): string | undefined {
    const text = textIn(place, given);
    return text === undefined ? undefined : this.#expander.text(place, text);
  }

  #list(name: string): readonly unknown[] {
    const given = this.#valueOf(name) ?? [];
    if (Array.isArray(given)) return given;
    throw new TypeError(`${this.#placeOf(name)} must be a list, not ${kindIn(given)}`);
  }

  #reader(place: string, given: unknown, members: readonly string[]): BlockReader {
    if (!isFields(given)) throw new TypeError(`${place} must be an object, not ${kindIn(given)}`);
    const [unknown] = unknownNames(given, Object.fromEntries(members.map((name) => [name, true])));
    if (unknown === undefined) return new BlockReader(place, given, this.#expander);
    throw new TypeError(`unknown key ${place}.${unknown.name}${didYouMean(unknown.meant)}`);
  }

  #placeOf(name: string): string {
    return this.#place === '' ? name : `${this.#place}.${name}`;
  }
}
