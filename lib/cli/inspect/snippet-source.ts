import { hideSecrets } from '../../mcp/lines/secret-arguments.ts';
import type { NamedServer } from '../server/named-server.ts';
import { jsonText } from '../terminal/printable.ts';

/** How a program reaches the same server, without anything that is secret. */
export interface SnippetSource {
  /** What it imports besides `createMcpPool`. */
  readonly imports: string;
  /** Lines before the pool is made. */
  readonly before: readonly string[];
  /** The first of the options. */
  readonly first: readonly string[];
}

/** How a program reaches the server that was named. */
export function snippetSource({ flags, words, server }: NamedServer): SnippetSource {
  const { config, http, tcp, stdio } = flags;
  if (config !== undefined) return ofFile(config, String(server.report['server']), named(flags.input));
  if (http !== undefined) return ofTransport('streamableHttp', httpText(server.transport.target, flags.header));
  if (tcp !== undefined) return ofTransport('tcp', [`host: ${quoted(tcp.host)}`, `port: ${tcp.port}`]);
  return ofTransport('stdio', stdioText(words ?? stdio ?? [], flags.env));
}

function ofTransport(name: string, options: readonly string[]): SnippetSource {
  const line = `transport: ${name}({ ${options.join(', ')} }),`;
  const isLong = line.length > LONGEST_LINE;
  const first = isLong ? [`transport: ${name}({`, ...options.map((option) => `  ${option},`), '}),'] : [line];
  return { imports: name, before: [], first };
}

/** Without its indentation. */
const LONGEST_LINE = 76;

function ofFile(file: string, name: string, inputs: readonly string[]): SnippetSource {
  const given = inputs.length === 0 ? '' : `, inputs: ${variables(inputs)}`;
  return {
    imports: 'readConfig',
    before: [
      `const { servers } = await readConfig(${quoted(file)}, { env: 'inherit'${given} });`,
      `const server = servers.find(({ name }) => name === ${quoted(name)});`,
      `if (server?.status !== 'ready') throw new Error(${quoted(`${name} is not ready`)});`,
      '',
    ],
    first: ['...server.options,'],
  };
}

function httpText(url: string, headers: readonly string[] = []): string[] {
  const names = headers.map((header) => header.slice(0, header.indexOf(':')));
  return [`url: ${quoted(url)}`, ...(names.length === 0 ? [] : [`headers: ${variables(names)}`])];
}

function stdioText([command = '', ...args]: readonly string[], env: readonly string[] = []): string[] {
  const shown = hideSecrets(args).shown.map(quoted).join(', ');
  // What is taken from the shell is inherited.
  const set = named(env.filter((flag) => flag.includes('=')));
  const seen = set.length === 0 ? `'inherit'` : `['inherit', ${variables(set)}]`;
  return [`command: ${quoted(command)}`, `args: [${shown}]`, `env: ${seen}`];
}

/** The names of what was given as `name=value`. */
function named(flags: readonly string[] = []): string[] {
  return flags.map((flag) => flag.slice(0, flag.indexOf('=')));
}

/** An object whose values, which are nobody's business, come from variables that are named alike. */
function variables(names: readonly string[]): string {
  const entries = names.map((name) => {
    const variable = name.replace(/\W+/g, '_').toUpperCase();
    return `${/^[A-Za-z_]\w*$/.test(name) ? name : quoted(name)}: process.env[${quoted(variable)}] ?? ''`;
  });
  return `{ ${entries.join(', ')} }`;
}

/** A text as a program has it, in which a terminal finds nothing to act upon. */
export function quoted(text: string): string {
  return `'${jsonText(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}
