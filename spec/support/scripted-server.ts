import type { StdioOptions } from '../../lib/mcp/index.ts';
import { type LineServer, type Message, type Say, startLineServer } from './line-server.ts';
import { nodeProgram } from './programs.ts';

/**
 * What a server says to a method: `{ error }` or `{ result }`, or nothing where it is neither. To any other it says that it
 * does not know it.
 */
export type Answers = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const unknown = { error: { code: -32601, message: 'Method not found' } };

/** A server over stdio that knows only what it is told to say; `before` is run first. */
export function scriptedProgram(answers: Answers, before = ''): StdioOptions {
  return nodeProgram(`${before};
    const answers = ${JSON.stringify(answers)};
    require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
      const { id, method } = JSON.parse(line);
      const said = answers[method] ?? ${JSON.stringify(unknown)};
      const isAnswer = 'result' in said || 'error' in said;
      if (id !== undefined && isAnswer) console.log(JSON.stringify({ jsonrpc: '2.0', id, ...said }));
    });`);
}

/** The same over TCP, in this process. */
export function startScriptedServer(answers: Answers): Promise<LineServer> {
  return startLineServer((message, say) => {
    answer(message, answers, say);
  });
}

/** Says what is to be said to one message. */
export function answer({ id, method }: Message, answers: Answers, say: Say): void {
  const said = answers[method] ?? unknown;
  if (id !== undefined && ('result' in said || 'error' in said)) say({ id, ...said });
}

/** The answers of a server that initialises with this version of the protocol, and knows ping. */
export function initialising(protocolVersion = '2025-06-18'): Answers {
  const serverInfo = { name: 'scripted', version: '1.0.0' };
  return { initialize: { result: { protocolVersion, capabilities: {}, serverInfo } }, ping: { result: {} } };
}
