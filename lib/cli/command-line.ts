import { CommandError } from './command-error.ts';

/** Outside quotes, or between which of the two. */
type Quote = '' | '"' | "'";

interface Splitting {
  readonly words: string[];
  /** Absent between words; an empty one comes of `""`. */
  word: string | undefined;
  quote: Quote;
}

/**
 * Splits a command line into words as a POSIX shell does: quotes and backslashes are respected, nothing is expanded.
 * Throws a `CommandError` where a quote is left open or nothing stands there.
 */
export function splitCommandLine(line: string): string[] {
  const splitting: Splitting = { words: [], word: undefined, quote: '' };
  for (let at = 0; at < line.length; at++) {
    if (isEscape(line, at, splitting.quote)) add(splitting, line.charAt(++at));
    else take(splitting, line.charAt(at));
  }
  if (splitting.quote !== '') throw new CommandError(`a quote (${splitting.quote}) is not closed in: ${line}`);
  endWord(splitting);
  if (splitting.words[0] === undefined) throw new CommandError('the command line is empty');
  return splitting.words;
}

/** Between double quotes a backslash stands for itself unless something follows that it can protect. */
function isEscape(line: string, at: number, quote: Quote): boolean {
  if (line.charAt(at) !== '\\' || quote === "'" || at + 1 === line.length) return false;
  return quote === '' || '"\\$`'.includes(line.charAt(at + 1));
}

function take(splitting: Splitting, character: string): void {
  if (splitting.quote !== '') {
    if (character === splitting.quote) splitting.quote = '';
    else add(splitting, character);
  } else if (character === '"' || character === "'") {
    splitting.quote = character;
    add(splitting, '');
  } else if (/\s/.test(character)) endWord(splitting);
  else add(splitting, character);
}

function add(splitting: Splitting, text: string): void {
  splitting.word = (splitting.word ?? '') + text;
}

function endWord(splitting: Splitting): void {
  if (splitting.word !== undefined) splitting.words.push(splitting.word);
  splitting.word = undefined;
}
