import type { Ask } from './closed-loop.ts';

/** The tools of the lean servers. */
export type Tool = 'echo' | 'progress' | 'big' | 'hold';

/** What is called: a tool and its arguments. */
export function callOf(tool: Tool): { readonly name: Tool; readonly arguments: { readonly message: string } } {
  return { name: tool, arguments: { message: 'hi' } };
}

/** A raw client: it calls the tool, and hears of the answer when that was parsed. */
export interface RawClient {
  readonly ask: Ask;
  /** Messages of progress so far. */
  readonly progress: () => number;
}

/** The text of a request of a raw client. */
export function textOf(id: number, tool: Tool): string {
  const meta = tool === 'progress' ? `,"_meta":{"progressToken":${id}}` : '';
  return `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"${tool}","arguments":{"message":"hi"}${meta}}}`;
}

/** A message of a server, as far as a raw client looks at it. */
export interface Told {
  readonly id?: number;
  readonly result?: unknown;
  readonly params?: { readonly progressToken?: number };
}
