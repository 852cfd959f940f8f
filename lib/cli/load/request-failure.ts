import { oneLine } from '../terminal/printable.ts';
import { messageOf } from '../../base/thrown.ts';

/** Why one request failed. */
export interface FailureText {
  readonly code: string;
  readonly message: string;
}

const LONGEST_MESSAGE = 300;

/** What an error says; its `code` where it has one, as those of the pool, the SDK and the system have. */
export function failureOf(error: unknown): FailureText {
  return { code: codeOf(error), message: short(messageOf(error)) };
}

/** What a tool says that could not do its work; `undefined` for a good result. */
export function toolFailureOf(result: Readonly<Record<string, unknown>>): FailureText | undefined {
  if (result['isError'] !== true) return undefined;
  return { code: 'TOOL_ERROR', message: short(textOf(result['content']) ?? 'the tool reported an error') };
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'ERROR';
  const code: unknown = Reflect.get(error, 'code');
  return typeof code === 'string' || typeof code === 'number' ? String(code) : 'ERROR';
}

/** The first text in the content of a result. */
function textOf(content: unknown): string | undefined {
  if (!Array.isArray(content)) return undefined;
  const parts = content as readonly unknown[];
  return parts
    .map((part) => Reflect.get(Object(part) as object, 'text') as unknown)
    .find((text) => typeof text === 'string');
}

function short(message: string): string {
  const line = oneLine(message);
  return line.length > LONGEST_MESSAGE ? `${line.slice(0, LONGEST_MESSAGE - 1)}…` : line;
}
