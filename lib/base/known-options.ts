/** Option names of other pools, each with our name for the same option. */
export type ForeignNames = Readonly<Record<string, string>>;

/** The names of the options of a type `O`. The compiler demands every one of them, so that none is forgotten. */
export type OptionNames<O> = Readonly<Record<keyof O, true>>;

/**
 * Throws a `TypeError` for an unknown option and suggests the name that was most likely meant: a misspelt option would
 * otherwise be silently ignored. Keys whose value is `undefined` are skipped. `of` is the name of the function, for the
 * message.
 *
 * @internal
 */
export function checkKnown(
  of: string,
  options: object,
  known: Readonly<Record<string, true>>,
  foreign: ForeignNames = {},
): void {
  const [unknown] = unknownNames(options, known, foreign);
  if (unknown !== undefined) throw new TypeError(`unknown option ${unknown.name} of ${of}${didYouMean(unknown.meant)}`);
}

/** A name that is not known, and the known one that was most likely meant. */
export interface UnknownName {
  readonly name: string;
  readonly meant: string | undefined;
}

/** The names of an object that are not known. Keys whose value is `undefined` are skipped. @internal */
export function unknownNames(
  options: object,
  known: Readonly<Record<string, true>>,
  foreign: ForeignNames = {},
): readonly UnknownName[] {
  return Object.entries(options)
    .filter(([name, value]) => value !== undefined && !Object.hasOwn(known, name))
    .map(([name]) => ({
      name,
      meant: Object.hasOwn(foreign, name) ? foreign[name] : nearest(name, Object.keys(known)),
    }));
}

/** The end of a message about an unknown name; empty where nothing is close to it. @internal */
export function didYouMean(meant: string | undefined): string {
  return meant === undefined ? '' : ` (did you mean ${meant}?)`;
}

/** The known name with the smallest edit distance to `name`; `undefined` if none is close enough. @internal */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const plain = plainOf(name);
  let best: string | undefined;
  let least = Math.max(2, Math.floor(plain.length / 3)) + 1;
  for (const candidate of known) {
    const distance = distanceOf(plain, plainOf(candidate));
    if (distance >= least) continue;
    best = candidate;
    least = distance;
  }
  return best;
}

/** The name without differences of style: upper case, dashes, underscores. */
function plainOf(name: string): string {
  return name.replaceAll(/[-_$]/g, '').toLowerCase();
}

/**
 * The Levenshtein distance of two names, computed row by row: the insertions, deletions and replacements between them.
 */
function distanceOf(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, i) => i);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
