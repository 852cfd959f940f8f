import { parseArgs } from 'node:util';
import { causeChain } from '../support/cause-chain.ts';
import { type Extent, extentOf, extentOptions } from '../support/extent.ts';
import { type Meaning, meaningOf } from './meaning.ts';

/** One of the two. */
export interface Side {
  readonly word: string;
  readonly meaning: Meaning;
}

/** What the command line asks for. */
export interface Request {
  readonly a: Side;
  readonly b: Side;
  /** Empty where all rows are asked for. */
  readonly only: string;
  readonly extent: Extent;
}

/** Reads the command line. */
export function requestOf(args: readonly string[]): Request | 'help' | { readonly wrong: string } {
  try {
    const options = { ...extentOptions, only: { type: 'string' }, help: { type: 'boolean', short: 'h' } } as const;
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    if (values.help === true) return 'help';
    const extent = extentOf(values);
    if (typeof extent === 'string') return { wrong: extent };
    const sides = sidesOf(positionals);
    return typeof sides === 'string' ? { wrong: sides } : { ...sides, only: values.only ?? '', extent };
  } catch (error) {
    return { wrong: causeChain(error) };
  }
}

function sidesOf(words: readonly string[]): Pick<Request, 'a' | 'b'> | string {
  const [first, second] = words;
  if (first === undefined || second === undefined || words.length > 2) return `two are compared, not ${words.length}`;
  const a = meaningOf(first);
  const b = meaningOf(second);
  if (a === undefined || b === undefined) {
    return `"${a === undefined ? first : second}" is no revision, no folder with a built checkout and no file`;
  }
  if ('file' in a !== 'file' in b) return 'a file of results is compared with another file of results';
  return { a: { word: first, meaning: a }, b: { word: second, meaning: b } };
}
