import { getDefaultEnvironment } from '@modelcontextprotocol/client/stdio';
import { ChildCarrier, type ChildOptions } from './child-carrier.ts';
import { checkObject } from '../../base/durations.ts';
import { type OptionNames, checkKnown } from '../../base/known-options.ts';
import { lineNames, checkLimits, checkText, type LineLimits, type ServerLimits } from '../transport/limits.ts';
import { LineTransport } from './line-transport.ts';
import { Redactor } from '../transport/redactor.ts';
import type { McpTransport } from '../transport/transport.ts';

/** The program that serves, one process for each connection. */
export interface StdioOptions extends LineLimits, ServerLimits {
  /** Started without a shell; on Windows it must be an executable (`node`, not `npx`). */
  readonly command: string;
  /** Arguments of the command; none when left out. */
  readonly args?: readonly string[];
  /**
   * Added to the few variables that the SDK holds safe to inherit: HOME, PATH and the like. Values of 6 characters and more
   * are struck out of whatever is quoted of what the server writes.
   */
  readonly env?: Readonly<Record<string, string>>;
  /** The working directory; that of this process when left out. */
  readonly cwd?: string;
  /** Where the server's log goes; default `pipe`: nowhere, but its last line is quoted when the server dies. */
  readonly stderr?: 'inherit' | 'ignore' | 'pipe';
}

const stderrChoices: readonly unknown[] = ['inherit', 'ignore', 'pipe'];

/**
 * Newline-delimited JSON over the stdin and stdout of a child process, which leads a process group of its own so that
 * what it starts ends with it. Throws a TypeError or RangeError for options that make no sense; a command that cannot be
 * started rejects `start`, with the `code` of the system.
 */
export function stdio(options: StdioOptions): McpTransport {
  const child = check(options);
  return {
    kind: 'stdio',
    target: [child.command, ...child.args].join(' '),
    create: () => new StdioTransport(() => new ChildCarrier(child), { ...options, redact: child.redact }),
  };
}

/** By `pid` and `stderr` the SDK knows that it negotiates over stdio, where silence means an old server and no failure. */
class StdioTransport extends LineTransport<ChildCarrier> {
  /** Of the process while there is one. */
  get pid(): number | undefined {
    return this.carrier?.pid;
  }

  /** The line of its stderr that tells most, where that is piped. */
  get said(): string | undefined {
    return this.carrier?.said;
  }

  /** The last 4 KiB that the server wrote there, where stderr is piped. */
  get stderr(): string {
    return this.carrier?.stderr ?? '';
  }
}

function check(options: StdioOptions): ChildOptions {
  checkObject('the options of stdio', options);
  checkKnown('stdio', options, stdioNames);
  const { command, args = [], env = {}, cwd, stderr = 'pipe' } = options;
  checkText('command', command);
  if (!Array.isArray(args) || !areStrings(args)) throw new TypeError('args must be an array of strings');
  checkObject('env', env);
  if (!areStrings(Object.values(env))) throw new TypeError('env must hold strings only');
  if (cwd !== undefined) checkText('cwd', cwd);
  if (!stderrChoices.includes(stderr)) {
    throw new TypeError(`stderr must be inherit, ignore or pipe: ${stderr}`);
  }
  checkLimits(options);
  const redact = new Redactor(Object.values(env)).text;
  return { command, args: [...(options.args ?? [])], env: { ...getDefaultEnvironment(), ...env }, cwd, stderr, redact };
}

function areStrings(values: readonly unknown[]): boolean {
  return values.every((value) => typeof value === 'string');
}

const stdioNames: OptionNames<StdioOptions> = {
  ...lineNames,
  command: true,
  args: true,
  env: true,
  cwd: true,
  stderr: true,
};
