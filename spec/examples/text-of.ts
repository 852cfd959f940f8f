import type { Result } from '@modelcontextprotocol/client';

/** The text of a tool's result. */
export function textOf(result: Result): string {
  const [first] = (result as { content?: { text?: string }[] }).content ?? [];
  return first?.text ?? '';
}
