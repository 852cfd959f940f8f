import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ParseError } from 'jsonc-parser';
import { messageOf } from '../../base/thrown.ts';

/** A configuration as it was written, and where it stands. */
export interface ConfigDocument {
  readonly json: unknown;
  /** How messages call it: the path of the file as it was given. */
  readonly name: string;
  /** The folder that a host would call its workspace: the one with the file, or with the hidden folder that has it. */
  readonly folder: string;
}

/** The beginning of a text: a brace, perhaps after comments. No path looks like it. */
const TEXT = /^[\uFEFF\s]*(?:\{|\/[/*][^]*\{)/;

/** Reads a file, or a text that begins with `{`; takes any other object as it is. Rejects with what is wrong with it. */
export async function documentOf(source: object | string | URL): Promise<ConfigDocument> {
  if (source instanceof URL) return documentIn(fileURLToPath(source));
  if (typeof source === 'object') return { json: source, name: 'the configuration', folder: process.cwd() };
  if (!TEXT.test(source)) return documentIn(source);
  return { json: await parsed(source, 'the configuration'), name: 'the configuration', folder: process.cwd() };
}

async function documentIn(file: string): Promise<ConfigDocument> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new Error(unreadable(file, cause), { cause });
  });
  const folder = dirname(resolve(file));
  // Such as `.vscode/mcp.json`.
  return { json: await parsed(text, file), name: file, folder: isHidden(folder) ? dirname(folder) : folder };
}

function isHidden(folder: string): boolean {
  return basename(folder).startsWith('.');
}

/** What keeps a file from being read, in a few words. @internal */
export function unreadable(file: string, cause: unknown): string {
  const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
  return isMissing ? `there is no file ${file}` : `cannot read ${file}: ${messageOf(cause)}`;
}

/** JSON as hosts accept it, with comments and trailing commas. The message quotes nothing: it may be secret. */
async function parsed(text: string, name: string): Promise<unknown> {
  const { parse, printParseErrorCode } = await import('jsonc-parser');
  const errors: ParseError[] = [];
  const json: unknown = parse(text.replace(/^\uFEFF/, ''), errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first === undefined) return json;
  const what = printParseErrorCode(first.error)
    .replace(/(?!^)([A-Z])/g, ' $1')
    .toLowerCase();
  throw new SyntaxError(`${name} is no JSON: ${what} at ${placeOf(text, first.offset)}`);
}

function placeOf(text: string, offset: number): string {
  const lines = text.slice(0, offset).split('\n');
  return `line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}`;
}
