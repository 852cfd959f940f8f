import { stripVTControlCharacters } from 'node:util';

const QUOTED_LENGTH = 200;

/** Lines that say nothing of what went wrong, as Node, Python, Go, npm and other starters of programs write them. */
const boilerplate: readonly RegExp[] = [
  // Brackets, braces, carets and rules on their own.
  /^[^\p{L}\p{N}]+$/u,
  // Frames of a stack, and where the code that is quoted stands.
  /^at .*(?:[:)\]>]|\d)(?: \{)?$/,
  /^File ".*", line \d+/,
  /^goroutine \d+ \[/,
  /^\S+:\d+$/,
  /^node:internal\//,
  /^Node\.js v\d/,
  /^(?:Bun|Deno) v?\d[\d.]*\b/,
  /^\(node:\d+\) /,
  /^\(Use `?node /,
  /^Require stack:$/,
  /^(?:Exception Group )?Traceback \(most recent call last\):$/,
  /^(?:During handling of|The above exception was) /,
  /^Python runtime state: /,
  /^exit status \d+$/,
  // What npm says beside the error: its warnings, where its log is, and that a command failed which has told why itself.
  /^npm (?:warn|notice|info|http|timing|verb\w*|silly?)\b/i,
  /^npm (?:error|ERR!)$/,
  /^npm (?:error|ERR!) +(?:code|errno|syscall|path|dest|command|cwd|signal|workspace|location|Lifecycle script)\b/,
  /^npm (?:error|ERR!) +(?:A complete log of this run|Log files were not written|\S*[\\/]_logs[\\/])/,
  // Where help is to be had.
  /^(?:See|Run|Try) .*--?help\b/i,
  /^For more (?:information|details|help)\b/i,
  /^(?:note|help|hint): /i,
];

/** A line that begins with the name of an error, perhaps after that of the program: `ValueError: x`, `prog: error: x`. */
const namesError = /^(?:[\w./-]+: )?\S*(?:error|exception|fatal|panic(?:ked)?)\b/i;
const npmError = /^npm (?:error|ERR!) /;
const tellsTrouble =
  /\b(?:error|fatal|panic(?:ked)?|exception|not found|no such|cannot|can't|could not|couldn't|unable|failed|failure|denied|refused|required|missing|invalid|unknown|unrecogni[sz]ed|unexpected|not defined|must)\b/i;

interface Line {
  /** Without what draws frames around it. */
  readonly text: string;
  readonly isIndented: boolean;
}

/**
 * The line of a program's stderr that a person would look for: the last one that names an error, npm's first, else one that
 * tells of trouble, else the last one. Without colours, and without what `redact` strikes out; `undefined` where it has
 * written nothing.
 */
export function informativeLine(stderr: string, redact: (text: string) => string): string | undefined {
  // Struck out of the whole text: of a line that is cut off part of a secret might be left.
  const lines = linesOf(redact(plain(stderr)));
  const telling = lines.filter(({ text }) => !boilerplate.some((pattern) => pattern.test(text)));
  const line = choose(telling) ?? lines.at(-1);
  return line && quoted(line, lines);
}

function choose(telling: readonly Line[]): Line | undefined {
  const isAtMargin = ({ isIndented }: Line): boolean => !isIndented;
  const troubles = telling.filter(({ text }) => tellsTrouble.test(text) && !npmError.test(text));
  return (
    telling.findLast((line) => isAtMargin(line) && namesError.test(line.text) && !npmError.test(line.text)) ??
    telling.find(({ text }) => npmError.test(text)) ??
    withoutUsage(troubles, telling).findLast(isAtMargin) ??
    troubles.at(-1) ??
    telling.findLast(isAtMargin) ??
    telling.at(-1)
  );
}

/** Whoever is told how to use a program is told before, or after, what was wrong. */
function withoutUsage(troubles: readonly Line[], telling: readonly Line[]): readonly Line[] {
  return telling.some(({ text }) => /^usage\b/i.test(text))
    ? troubles.filter(({ text }) => !/^usage\b/i.test(text))
    : troubles;
}

/** Some say what is wrong in the lines that follow. */
function quoted(line: Line, lines: readonly Line[]): string {
  let text = line.text;
  for (let i = lines.indexOf(line) + 1; /[:[{(]$/.test(text) && i < lines.length; i++) {
    const next = lines[i];
    if (next === undefined || next.text.startsWith('at ')) break;
    text = `${text} ${next.text}`;
  }
  return text.slice(0, QUOTED_LENGTH);
}

function linesOf(text: string): readonly Line[] {
  const lines = text.split('\n').map((line): Line => {
    // A line that was written over again and again, as progress is.
    const last = line.split('\r').findLast((part) => part.trim() !== '') ?? '';
    const bare = last.replace(/^(?:\s*[|+×╰├│─▶•>]+-*)*\s*/u, '').trimEnd();
    return { text: bare, isIndented: /^\s/.test(last) && !/^\s*[|+]/.test(last) };
  });
  return lines.filter(({ text: bare }) => bare !== '');
}

/** Without the sequences that colour a terminal, and other characters that are not seen. */
function plain(text: string): string {
  return stripVTControlCharacters(text).replace(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g, '');
}
