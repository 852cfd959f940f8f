/** What all further names are called. */
export const OTHER = 'other';

const LONGEST = 128;

/** Lets so many different names through and calls all others `other`, since each new one is a series for ever. */
export class BoundedNames {
  readonly #most: number;
  readonly #known = new Set<string>();

  constructor(most: number) {
    this.#most = most;
  }

  of(name: string): string {
    // Cut first: names come from whoever calls, and a model may make up long ones.
    const short = name.length > LONGEST ? name.slice(0, LONGEST) : name;
    if (this.#known.has(short)) return short;
    if (this.#known.size >= this.#most) return OTHER;
    this.#known.add(short);
    return short;
  }
}

/** An address without what may be secret in it: user, password, query and fragment of a URL. */
export function withoutSecrets(address: string): string {
  return address.replace(/\/\/[^/?#]*@/, '//').replace(/[?#].*$/s, '');
}
