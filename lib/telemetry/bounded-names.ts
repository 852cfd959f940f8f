/** The name that replaces all names above the limit. */
export const OTHER = 'other';

const LONGEST = 128;

/**
 * Accepts a limited number of different names and replaces all others by `other`, since each new name is a series for
 * ever.
 */
export class BoundedNames {
  readonly #most: number;
  readonly #known = new Set<string>();

  constructor(most: number) {
    this.#most = most;
  }

  of(name: string): string {
    // Shortened first: names come from callers, and a model may invent long ones.
    const short = name.length > LONGEST ? name.slice(0, LONGEST) : name;
    if (this.#known.has(short)) return short;
    if (this.#known.size >= this.#most) return OTHER;
    this.#known.add(short);
    return short;
  }
}

/** An address without parts of a URL that may be secret: user, password, query and fragment. */
export function withoutSecrets(address: string): string {
  return address.replace(/\/\/[^/?#]*@/, '//').replace(/[?#].*$/s, '');
}
