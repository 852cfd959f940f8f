/** What other pools call an option of ours, by their name. */
export type ForeignNames = Readonly<Record<string, string>>;

/** The names of options; of a type `O` it must be given each, so that none is forgotten. */
export type OptionNames<O> = Readonly<Record<keyof O, true>>;

/**
 * Throws a `TypeError` for an option that is not known, and names the one that was most likely meant: an option that is
 * misspelt would else be one that is left out. Keys whose value is `undefined` are ignored. `of` names the function.
 *
 * @internal
 */
export function checkKnown(
  of: string,
  options: object,
  known: Readonly<Record<string, true>>,
  foreign: ForeignNames = {},
): void {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || Object.hasOwn(known, name)) continue;
    const meant = Object.hasOwn(foreign, name) ? foreign[name] : nearest(name, Object.keys(known));
    throw new TypeError(`unknown option ${name} of ${of}${meant === undefined ? '' : ` (did you mean ${meant}?)`}`);
  }
}

/** The known name that is like it; `undefined` where none is. */
function nearest(name: string, known: readonly string[]): string | undefined {
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

/** Without what people write in their own way: cases, dashes, underscores. */
function plainOf(name: string): string {
  return name.replaceAll(/[-_$]/g, '').toLowerCase();
}

/** Insertions, deletions and replacements from one to the other: the distance of Levenshtein, row by row. */
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
