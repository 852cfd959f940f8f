import type { OAuthClientProvider } from '@modelcontextprotocol/client';
import { Authorization } from './authorization.ts';
import { keyCredentials, secretCredentials, textIn } from './credentials.ts';
import { HeadlessOAuth } from './headless-oauth.ts';
import type { Subject, SubjectOptions } from './subject.ts';

/** What the suite tells a client beside the address of the server. */
export interface Assignment {
  readonly scenario: string;
  readonly url: string;
  readonly context: Readonly<Record<string, unknown>>;
}

/** What a scenario asks of the client under test; the revision says which era it is to speak. */
export type ScenarioOptions = Omit<SubjectOptions, 'era'>;

/** Opens the client under test. */
export type Open = (options: ScenarioOptions) => Promise<Subject>;

type Routine = (open: Open, assignment: Assignment) => Promise<void>;

/** Does what the scenario is there for; rejects where the client under test does. */
export function routineOf(scenario: string): Routine {
  return routines[scenario] ?? (scenario.startsWith('auth/') ? authorize : look);
}

const routines: Partial<Record<string, Routine>> = {
  tools_call: (open) =>
    using(open, {}, (client) => client.callTool({ name: 'add_numbers', arguments: { a: 5, b: 3 } })),
  'sse-retry': (open) => using(open, {}, (client) => client.callTool({ name: 'test_reconnection', arguments: {} })),
  'elicitation-sep1034-client-defaults': (open) =>
    using(open, elicited, (client) => client.callTool({ name: 'test_client_elicitation_defaults', arguments: {} })),
  'sep-2322-client-request-state': callEachOf(
    'test_mrtr_echo_state',
    'test_mrtr_unrelated',
    'test_mrtr_no_state',
    'test_mrtr_no_result_type',
  ),
  'http-standard-headers': (open) => using(open, {}, lookAtAll),
  'http-custom-headers': (open, { context }) => using(open, {}, (client) => callAll(client, context['toolCalls'])),
  'http-invalid-tool-headers': (open) => using(open, {}, callWhatIsListed),
  'json-schema-2020-12-preservation': (open) => using(open, {}, echoSchema),
  'request-metadata': (open) => using(open, elicited, (client) => client.listTools()),
  'auth/client-credentials-basic': authorizeAlone(secretCredentials),
  'auth/client-credentials-jwt': authorizeAlone(keyCredentials),
};

type TestedClient = Subject['client'];

/** Accepts what it is asked, and leaves all of the form to its defaults. */
const elicited: ScenarioOptions = {
  capabilities: { elicitation: { form: { applyDefaults: true } } },
  handlers: { elicitation: () => ({ action: 'accept', content: {} }) },
};

async function using(
  open: Open,
  options: ScenarioOptions,
  work: (client: TestedClient) => Promise<unknown>,
): Promise<void> {
  const subject = await open(options);
  try {
    await subject.client.listTools();
    await work(subject.client);
  } finally {
    await subject.close();
  }
}

const look: Routine = (open) => using(open, {}, () => Promise.resolve());

const authorize: Routine = async (open, { url, context }) => {
  const registered =
    'client_id' in context
      ? { client_id: textIn(context, 'client_id'), client_secret: textIn(context, 'client_secret') }
      : undefined;
  const authorization = new Authorization(new HeadlessOAuth(registered), url);
  const subject = await open({ authProvider: authorization });
  try {
    await authorization.stepping(() => subject.client.listTools());
    await authorization.stepping(() => subject.client.callTool({ name: 'test-tool', arguments: {} }));
  } finally {
    await subject.close();
  }
};

/** Without a user: the client has credentials of its own. */
function authorizeAlone(credentials: (assignment: Assignment) => Promise<OAuthClientProvider>): Routine {
  return async (open, assignment) =>
    using(open, { authProvider: await credentials(assignment) }, () => Promise.resolve());
}

function callEachOf(...names: readonly string[]): Routine {
  return (open) =>
    using(open, elicited, async (client) => {
      for (const name of names) await client.callTool({ name, arguments: {} });
    });
}

async function lookAtAll(client: TestedClient): Promise<void> {
  for (const name of ['test_headers', 'my-hyphenated-tool']) await client.callTool({ name, arguments: {} });
  const { resources } = await client.listResources();
  for (const { uri } of resources) await client.readResource({ uri });
  const { prompts } = await client.listPrompts();
  for (const { name } of prompts) await client.getPrompt({ name });
}

async function callAll(client: TestedClient, calls: unknown): Promise<void> {
  for (const call of calls as readonly { name: string; arguments: Record<string, unknown> }[])
    await client.callTool(call);
}

/** Tools that the client hides because they are malformed are not called. */
async function callWhatIsListed(client: TestedClient): Promise<void> {
  const { tools } = await client.listTools();
  for (const { name } of tools) await client.callTool({ name, arguments: { region: 'us-west1' } });
}

async function echoSchema(client: TestedClient): Promise<void> {
  const { tools } = await client.listTools();
  const schema = tools.find(({ name }) => name !== 'json_schema_echo')?.inputSchema;
  await client.callTool({ name: 'json_schema_echo', arguments: { schema } });
}
