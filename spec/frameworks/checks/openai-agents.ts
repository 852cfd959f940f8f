import { deepStrictEqual, match, ok } from 'node:assert/strict';
import { Agent, type Model, type ModelResponse, Runner, Usage } from '@openai/agents';
import { agentsServer } from 'rx-mcp-pool/mcp';
import { atRest, endless, everythingPool, failureOf, underWay } from './setting.ts';

/** A model that calls a tool, and then says what it has heard. It knows tools by names without hyphens. */
function modelThatCalls(tool: string, args: object): Model {
  const name = tool.replaceAll('-', '_');
  return {
    getResponse({ input, tools }): Promise<ModelResponse> {
      ok(tools.some((known) => known.type === 'function' && known.name === name));
      const heard = Array.isArray(input) && input.find(({ type }) => type === 'function_call_result');
      const content = [{ type: 'output_text' as const, text: JSON.stringify(heard) }];
      const call = { type: 'function_call' as const, callId: '1', name, status: 'completed' as const };
      return Promise.resolve({
        usage: new Usage(),
        output: heard
          ? [{ type: 'message', role: 'assistant', status: 'completed', content }]
          : [{ ...call, arguments: JSON.stringify(args) }],
      });
    },
    getStreamedResponse: () => {
      throw new Error('nobody streams here');
    },
  };
}

// An agent whose model calls a tool, and one who is given up in the middle of a call.
const pool = everythingPool();
const server = agentsServer(pool);
await server.connect();
const runner = new Runner({ tracingDisabled: true });
const echoing = new Agent({ name: 'a', mcpServers: [server], model: modelThatCalls('echo', { message: 'hi' }) });
match(String((await runner.run(echoing, 'say hi')).finalOutput), /Echo: hi/);
const model = modelThatCalls(endless.name, endless.arguments);
const waiting = new Agent({ name: 'b', mcpServers: [server], model });
const abort = new AbortController();
const failure = failureOf(runner.run(waiting, 'wait', { signal: abort.signal }));
await underWay(pool);
abort.abort();
match(await failure, /abort/i);
await atRest(pool);
await server.close();
deepStrictEqual(pool.state.phase, 'open');
await pool.close();
