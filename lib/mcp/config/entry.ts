import { didYouMean, unknownNames } from '../../base/known-options.ts';
import { type Fields, isFields, kindIn, textIn, textsByName, textsIn } from './fields.ts';
import { type ToolRules, toolRulesIn } from './tool-rules.ts';

/** What a file says of one server, whichever host it was written for; variables are not expanded. */
export interface Entry {
  readonly isDisabled: boolean;
  readonly timeoutMs: number | undefined;
  /** The pool's options. */
  readonly pool: Fields;
  /** Which of its tools there are. */
  readonly tools: ToolRules | undefined;
  readonly reach: ProgramEntry | AddressEntry;
}

/** A program that is started. */
export interface ProgramEntry {
  readonly kind: 'program';
  /** The command and its arguments, each with its place in the file. */
  readonly words: readonly { readonly where: string; readonly text: string }[];
  readonly env: Readonly<Record<string, string>>;
  readonly envFile: string | undefined;
  readonly cwd: string | undefined;
}

/** A server that is reached over HTTP. */
export interface AddressEntry {
  readonly kind: 'address';
  /** The name of the member that holds the address. */
  readonly where: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

const read = [
  ...['command', 'args', 'env', 'environment', 'envFile', 'cwd', 'url', 'serverUrl', 'httpUrl', 'headers'],
  ...['type', 'transport', 'transportType', 'disabled', 'enabled', 'timeout', 'pool'],
];

/** What is for the host alone, and changes nothing about how the server is reached. */
const ofHosts = [
  ...['name', 'description', 'icon', 'version', 'gallery', 'source', 'settings', 'note', '$comment', 'dev'],
  ...['trust', 'tools', 'includeTools', 'excludeTools', 'disabledTools', 'enabledTools', 'alwaysAllow', 'autoApprove'],
  ...['alwaysLoad', 'extensionName', 'instructions', 'sandboxEnabled', 'sandbox'],
];

/** How some hosts get tokens. */
const ofTokens = ['oauth', 'auth', 'authProviderType', 'headersHelper', 'targetAudience', 'targetServiceAccount'];

const known = Object.fromEntries([...read, ...ofHosts, ...ofTokens].map((name) => [name, true] as const));
const suggested = Object.fromEntries(read.map((name) => [name, true] as const));

/** What is odd about an entry, and no reason to give it up. */
export function warningsAbout(given: unknown): readonly string[] {
  if (!isFields(given)) return [];
  const strange = unknownNames(given, known).map(({ name }) => name);
  const unknown = unknownNames(Object.fromEntries(strange.map((name) => [name, true])), suggested);
  return [
    ...unknown.map(({ name, meant }) => `unknown key ${name}${didYouMean(meant)}`),
    ...ofTokens
      .filter((name) => isFields(given[name]) || typeof given[name] === 'string')
      .map((name) => `${name} is not read: tokens need headers`),
    ...(isInSeconds(given['timeout']) ? [`timeout ${given['timeout']} is taken for seconds: it is below 1000`] : []),
  ];
}

/** Whether it is to be left alone. */
export function isDisabled(given: unknown): boolean {
  return isFields(given) && (given['disabled'] === true || given['enabled'] === false);
}

/** Reads the entry of any host; throws a `TypeError` that quotes no value. */
export function entryOf(given: unknown): Entry {
  if (!isFields(given)) throw new TypeError(`a server must be an object, not ${kindIn(given)}`);
  const { pool = {} } = given;
  if (!isFields(pool)) throw new TypeError(`pool must be an object, not ${kindIn(pool)}`);
  const tools = toolRulesIn(given['tools']);
  return { isDisabled: isDisabled(given), timeoutMs: timeoutOf(given['timeout']), pool, tools, reach: reachOf(given) };
}

function reachOf(given: Fields): ProgramEntry | AddressEntry {
  const type = kindOfTransport(given);
  const where = ['httpUrl', 'url', 'serverUrl'].find((name) => given[name] !== undefined && given[name] !== null);
  const hasCommand = given['command'] !== undefined && given['command'] !== null;
  if (hasCommand && where !== undefined && type === undefined)
    throw new TypeError(`choose one of command and ${where}`);
  if (type === 'http' || (type === undefined && !hasCommand)) {
    if (where === undefined) throw new TypeError(type === undefined ? 'it has no command and no url' : 'it has no url');
    const url = textIn(where, given[where]) ?? '';
    return { kind: 'address', where, url, headers: textsByName('headers', given['headers']) };
  }
  if (!hasCommand) throw new TypeError('it has no command');
  return programOf(given);
}

/** Whether it is started or reached over HTTP, where that is said; throws for what cannot be spoken. */
function kindOfTransport(given: Fields): 'stdio' | 'http' | undefined {
  const [name, value] =
    ['type', 'transport', 'transportType'].map((key) => [key, given[key]] as const).find(([, said]) => said != null) ??
    [];
  if (name === undefined) return undefined;
  const type = (textIn(name, value) ?? '').toLowerCase().replaceAll(/[-_]/g, '');
  if (type === 'stdio' || type === 'local') return 'stdio';
  if (['http', 'streamablehttp', 'remote'].includes(type)) return 'http';
  if (type === 'sse') throw new TypeError(`${name} sse is not supported: the server must speak Streamable HTTP`);
  throw new TypeError(`${name} must be stdio or http`);
}

function programOf(given: Fields): ProgramEntry {
  const name = given['environment'] === undefined ? 'env' : 'environment';
  const env = textsByName(name, given[name]);
  const { command } = given;
  const words = isFields(command) ? wordsOf(command, 'command.path', 'command.args', 'path') : listOf(given);
  return {
    kind: 'program',
    words,
    env: isFields(command) ? { ...textsByName('command.env', command['env']), ...env } : env,
    envFile: textIn('envFile', given['envFile']),
    cwd: textIn('cwd', given['cwd']),
  };
}

/** opencode has the command and its arguments in one list. */
function listOf(given: Fields): ProgramEntry['words'] {
  if (!Array.isArray(given['command'])) return wordsOf(given, 'command', 'args', 'command');
  const words = textsIn('command', given['command']);
  if ((words[0] ?? '') === '') throw new TypeError('command must begin with the name of a program');
  const args = textsIn('args', given['args']);
  return [
    ...words.map((text, i) => ({ where: `command[${i}]`, text })),
    ...args.map((text, i) => ({ where: `args[${i}]`, text })),
  ];
}

function wordsOf(holder: Fields, command: string, args: string, key: string): ProgramEntry['words'] {
  const text = textIn(command, holder[key]);
  if (text === undefined) throw new TypeError(`it has no ${command}`);
  const words = textsIn(args, holder['args']).map((word, i) => ({ where: `${args}[${i}]`, text: word }));
  return [{ where: command, text }, ...words];
}

function timeoutOf(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !(value > 0))
    throw new TypeError('timeout must be a number of milliseconds above 0');
  return isInSeconds(value) ? 1000 * value : value;
}

/** Cline and Roo count in seconds, all others in milliseconds; less than a second is no time for a server. */
function isInSeconds(value: unknown): value is number {
  return typeof value === 'number' && value > 0 && value < 1000;
}
