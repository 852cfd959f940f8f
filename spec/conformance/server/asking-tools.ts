import { type InputRequests, type InputRequiredResult, inputRequired } from '@modelcontextprotocol/server';
import { text } from './content.ts';
import { schemas } from './schemas.ts';
import { mintState } from './state.ts';
import { type FixtureTool, type ToolAnswer, type ToolCall, capabilitiesOf } from './tool.ts';

/** The questions that the suite expects, by the names that it expects. */
const questions = {
  user_name: elicit('What is your name?', { name: { type: 'string' } }),
  capital_question: sample('What is the capital of France?', 100),
  greeting: sample('Generate a greeting', 50),
  client_roots: inputRequired.listRoots(),
  confirm: elicit('Please confirm', { ok: { type: 'boolean' } }),
  step1: elicit('Step 1: What is your name?', { name: { type: 'string' } }),
  step2: elicit('Step 2: What is your favorite color?', { color: { type: 'string' } }),
};

type Question = keyof typeof questions;

/** The tools that ask something first, in the way of the era in which they are called. */
export const askingTools: Readonly<Record<string, FixtureTool>> = {
  test_sampling: {
    description: 'Asks a model.',
    properties: { prompt: { type: 'string' } },
    call: (call) => asked(call, { sampled: sample(String(call.given['prompt']), 100) }, 'LLM response: '),
  },
  test_elicitation: {
    description: 'Asks the user.',
    properties: { message: { type: 'string' } },
    call: (call) => asked(call, { user: form(String(call.given['message']), schemas.user) }, 'User response: '),
  },
  test_elicitation_sep1034_defaults: {
    description: 'Asks the user, who may leave everything as it is.',
    call: (call) => asked(call, { user: form('Anything to change?', schemas.defaults) }, 'Elicitation completed: '),
  },
  test_elicitation_sep1330_enums: {
    description: 'Asks the user to choose.',
    call: (call) => asked(call, { user: form('What do you choose?', schemas.enums) }, 'Elicitation completed: '),
  },
  test_streaming_elicitation: { description: 'Asks for a name.', call: (call) => asked(call, only('user_name')) },
  test_input_required_result_elicitation: {
    description: 'Greets by name.',
    call: (call) => {
      const { content } = Object(answersOf(call)['user_name']) as { content?: { name?: unknown } };
      if (typeof content?.name !== 'string') return inputRequired({ inputRequests: only('user_name') });
      return { content: [text(`Hello, ${content.name}!`)] };
    },
  },
  test_input_required_result_sampling: {
    description: 'Asks a model.',
    call: (call) => asked(call, only('capital_question')),
  },
  test_input_required_result_list_roots: {
    description: 'Asks for roots.',
    call: (call) => asked(call, only('client_roots')),
  },
  test_input_required_result_request_state: {
    description: 'Remembers.',
    call: (call) => stated(call, only('confirm')),
  },
  test_input_required_result_tampered_state: {
    description: 'Remembers.',
    call: (call) => stated(call, only('confirm')),
  },
  test_input_required_result_multiple_inputs: {
    description: 'Asks for three things.',
    call: (call) => stated(call, only('user_name', 'greeting', 'client_roots')),
  },
  test_input_required_result_multi_round: { description: 'Asks twice.', call: twice },
  test_input_required_result_capabilities: {
    description: 'Asks for what the client can do.',
    call: (call) => {
      const capabilities = capabilitiesOf(call.context);
      const names: Question[] = [];
      if (capabilities.elicitation !== undefined) names.push('user_name');
      if (capabilities.sampling !== undefined) names.push('greeting');
      return names.length === 0 ? { content: [text('nothing to ask')] } : asked(call, only(...names));
    },
  },
};

/** Asks; with the answers it says what they are. */
function asked(call: ToolCall, inputRequests: InputRequests, before = ''): ToolAnswer {
  if (Object.keys(answersOf(call)).length === 0) return inputRequired({ inputRequests });
  return { content: [text(`${before}${JSON.stringify(answersOf(call))}`)] };
}

/** The same with a state that nobody but this server can make. */
async function stated(call: ToolCall, inputRequests: InputRequests): Promise<ToolAnswer> {
  const state = call.context.mcpReq.requestState();
  if (state === undefined) return inputRequired({ inputRequests, requestState: await mintState(1, call.context) });
  return { content: [text(`state-ok ${JSON.stringify(answersOf(call))}`)] };
}

async function twice(call: ToolCall): Promise<ToolAnswer> {
  const round = Number(call.context.mcpReq.requestState() ?? 0);
  if (round === 2) return { content: [text(`done ${JSON.stringify(answersOf(call))}`)] };
  const requestState = await mintState(round + 1, call.context);
  return inputRequired({ inputRequests: only(round === 0 ? 'step1' : 'step2'), requestState });
}

function answersOf({ context }: ToolCall): Readonly<Record<string, unknown>> {
  return context.mcpReq.inputResponses ?? {};
}

function only(...names: Question[]): InputRequests {
  return Object.fromEntries(names.map((name) => [name, questions[name]]));
}

function sample(asked: string, maxTokens: number): ReturnType<typeof inputRequired.createMessage> {
  return inputRequired.createMessage({ messages: [{ role: 'user', content: text(asked) }], maxTokens });
}

function elicit(message: string, properties: Record<string, object>): ReturnType<typeof inputRequired.elicit> {
  return form(message, { type: 'object', properties, required: Object.keys(properties) });
}

function form(message: string, requestedSchema: object): ReturnType<typeof inputRequired.elicit> {
  return inputRequired.elicit({ message, requestedSchema: requestedSchema as never });
}

/** What a prompt asks before it is there. */
export function askedOfPrompt(): InputRequiredResult {
  const user_context = elicit('What context should the prompt use?', { context: { type: 'string' } });
  return inputRequired({ inputRequests: { user_context } });
}
