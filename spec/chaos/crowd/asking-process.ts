import { createInterface } from 'node:readline';

// A program of its own: a server of the legacy era over stdio, whose only tool asks whoever has called it to sample. All that it
// tells and asks in the course of a call bears the name of the caller, so that whatever goes to somebody else is seen.

interface Message {
  readonly id?: string | number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>> & { readonly _meta?: { readonly progressToken?: unknown } };
  readonly result?: { readonly content?: { readonly text?: string } };
  readonly error?: { readonly message: string };
}

/** A call that waits for its answer. */
interface Asking {
  readonly call: Message;
  readonly who: string;
}

const asking = new Map<string, Asking>();
let asked = 0;

createInterface({ input: process.stdin }).on('line', (line) => {
  const message = JSON.parse(line) as Message;
  if (message.method === undefined) answered(message);
  else if (message.method === 'initialize') introduce(message);
  else if (message.method === 'tools/call') begin(message);
  else if (message.method === 'notifications/cancelled') cancelled(message);
  else if (message.id !== undefined) say({ id: message.id, result: others[message.method] ?? {} });
});

const others: Readonly<Record<string, object>> = {
  'tools/list': { tools: [{ name: 'ask', inputSchema: { type: 'object' } }] },
};

function introduce({ id, params }: Message): void {
  const capabilities = { tools: {}, logging: {} };
  const serverInfo = { name: 'asking', version: '1.0.0' };
  say({ id, result: { protocolVersion: params?.['protocolVersion'], capabilities, serverInfo } });
}

function begin(call: Message): void {
  const { who } = call.params?.['arguments'] as { who: string };
  progress(call, who, 1);
  say({ method: 'notifications/message', params: { level: 'info', data: who } });
  const id = `ask-${++asked}`;
  asking.set(id, { call, who });
  const messages = [{ role: 'user', content: { type: 'text', text: who } }];
  say({ id, method: 'sampling/createMessage', params: { messages, maxTokens: 10 } });
}

function answered({ id, result, error }: Message): void {
  const open = asking.get(String(id));
  if (open === undefined) return;
  asking.delete(String(id));
  const { call, who } = open;
  progress(call, who, 2);
  const text = JSON.stringify({ who, pid: process.pid, said: result?.content?.text, failed: error?.message });
  say({ id: call.id, result: { content: [{ type: 'text', text }] } });
}

function cancelled({ params }: Message): void {
  for (const [id, { call }] of asking) if (call.id === params?.['requestId']) asking.delete(id);
}

function progress({ params }: Message, who: string, done: number): void {
  const progressToken = params?._meta?.progressToken;
  if (progressToken === undefined) return;
  say({ method: 'notifications/progress', params: { progressToken, progress: done, message: who } });
}

function say(message: object): void {
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
}
