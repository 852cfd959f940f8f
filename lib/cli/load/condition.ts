import { InvalidArgumentError } from 'commander';

/** The figures of a run that a condition may ask for; latencies in milliseconds. */
export type ConditionFigures = Readonly<Record<FigureName, number>>;

/** A condition on the figures of a run, and how it was written. */
export interface Condition {
  readonly text: string;
  readonly holds: (figures: ConditionFigures) => boolean;
}

type Test = Condition['holds'];

const figureNames = [
  'p50',
  'p90',
  'p95',
  'p99',
  'p999',
  'max',
  'mean',
  'failed',
  'failedPercent',
  'requests',
  'rate',
] as const;
type FigureName = (typeof figureNames)[number];

const comparisons: Readonly<Record<string, (figure: number, bound: number) => boolean>> = {
  '>': (figure, bound) => figure > bound,
  '>=': (figure, bound) => figure >= bound,
  '<': (figure, bound) => figure < bound,
  '<=': (figure, bound) => figure <= bound,
};

/** What separates the words of a condition: names, numbers, signs. */
const WORDS = /\s*(\|\||&&|[<>]=?|[()]|\d+(?:\.\d+)?|[A-Za-z]\w*|\S)/gy;

/**
 * Reads a condition such as `p99>50 || failed>0`: comparisons of a figure with a number, joined by `&&`, which binds
 * closer, `||` and brackets. Throws an `InvalidArgumentError` that says what was expected where.
 */
export function condition(text: string): Condition {
  const reader = new ConditionReader([...text.matchAll(WORDS)].map(([, word]) => word ?? ''));
  return { text: text.trim(), holds: reader.read() };
}

/** A recursive descent over the words; nothing in them is ever run. */
class ConditionReader {
  readonly #words: readonly string[];
  #at = 0;

  constructor(words: readonly string[]) {
    this.#words = words;
  }

  read(): Test {
    const test = this.#either();
    if (this.#word !== undefined) throw this.#expected('&& or ||');
    return test;
  }

  get #word(): string | undefined {
    return this.#words[this.#at];
  }

  #either(): Test {
    const tests = [this.#both()];
    while (this.#take('||')) tests.push(this.#both());
    return (figures) => tests.some((test) => test(figures));
  }

  #both(): Test {
    const tests = [this.#single()];
    while (this.#take('&&')) tests.push(this.#single());
    return (figures) => tests.every((test) => test(figures));
  }

  #single(): Test {
    if (!this.#take('(')) return this.#comparison();
    const test = this.#either();
    if (!this.#take(')')) throw this.#expected(')');
    return test;
  }

  #comparison(): Test {
    const name = figureNames.find((one) => one === this.#word);
    if (name === undefined) throw this.#expected(`one of ${figureNames.join(', ')}`);
    this.#at++;
    const compare = Object.hasOwn(comparisons, this.#word ?? '') ? comparisons[this.#word ?? ''] : undefined;
    if (compare === undefined) throw this.#expected('>, >=, < or <=');
    this.#at++;
    const bound = Number(this.#word);
    if (this.#word === undefined || Number.isNaN(bound)) throw this.#expected('a number');
    this.#at++;
    return (figures) => compare(figures[name], bound);
  }

  #take(word: string): boolean {
    if (this.#word !== word) return false;
    this.#at++;
    return true;
  }

  #expected(what: string): InvalidArgumentError {
    const where = this.#word === undefined ? 'at the end' : `in place of ${this.#word}`;
    return new InvalidArgumentError(`It must be a condition such as 'p99>50 || failed>0': expected ${what} ${where}`);
  }
}
