import type { Result, SdkError } from '@modelcontextprotocol/client';
import { invalid, quoted } from './answer.ts';

/** The member of each result that is a list of objects, which the SDK and its users rely on. */
const lists: Readonly<Record<string, string>> = {
  'prompts/get': 'messages',
  'prompts/list': 'prompts',
  'resources/list': 'resources',
  'resources/read': 'contents',
  'resources/templates/list': 'resourceTemplates',
  'tools/list': 'tools',
};

/**
 * The error for a result that is none of this method, in one line; `undefined` where it will do. Only what would break
 * whoever reads it is refused: members that nobody has heard of, and new kinds of content, pass as the server sent them.
 */
export function shapeFault(method: string, result: Result): SdkError | undefined {
  if (method === 'tools/call') return callFault(result);
  if (method === 'completion/complete') return completionFault(result);
  const name = lists[method];
  if (name === undefined || isListOf(result[name], isObject)) return undefined;
  return invalid(method, `${name} must be a list of objects: ${quoted(result)}`);
}

/** A result of a tool may leave out its content, which is an empty list then. */
function callFault(result: Result): SdkError | undefined {
  const { content, isError } = result;
  if (content !== undefined && !isListOf(content, isBlock)) {
    return invalid('tools/call', `content must be a list of blocks, each with a type: ${quoted(content)}`);
  }
  if (isError === undefined || isError === null || typeof isError === 'boolean') return undefined;
  return invalid('tools/call', `isError must be true or false: ${quoted(isError)}`);
}

function completionFault(result: Result): SdkError | undefined {
  const { values } = Object(result['completion']) as { readonly values?: unknown };
  if (isListOf(values, (value) => typeof value === 'string')) return undefined;
  return invalid('completion/complete', `completion must have values, a list of texts: ${quoted(result)}`);
}

function isListOf(list: unknown, is: (value: unknown) => boolean): boolean {
  if (!Array.isArray(list)) return false;
  for (const value of list) if (!is(value)) return false;
  return true;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function isBlock(value: unknown): boolean {
  return typeof (value as { readonly type?: unknown } | null)?.type === 'string';
}
