import type { Observable } from 'rxjs';
import { ChildCarrier, type ChildOptions } from './child-carrier.ts';
import { checkObject } from '../../base/durations.ts';
import { type OptionNames, checkKnown } from '../../base/known-options.ts';
import { report } from '../../base/report.ts';
import { lineNames, checkLimits, checkText, type LineLimits, type ServerLimits } from '../transport/limits.ts';
import { type ServerEnvironment, environmentOf } from './environment.ts';
import { LineTransport } from './line-transport.ts';
import { hideSecrets } from './secret-arguments.ts';
import { Redactor } from '../transport/redactor.ts';
import { StderrLines, type StderrListener } from './stderr-lines.ts';
import type { McpTransport } from '../transport/transport.ts';

/** The program that serves, one process for each connection. */
export interface StdioOptions extends LineLimits, ServerLimits {
  /** Started without a shell; on Windows `npx`, `npm` and other `.cmd` files start as well. */
  readonly command: string;
  /** Arguments of the command; none when left out. What is secret by the names of their flags is never told. */
  readonly args?: readonly string[];
  /**
   * Variables added to the few that the SDK holds safe to inherit, HOME, PATH and the like; `'inherit'`: all variables of
   * this process; `['inherit', variables]`: both. Values of 6 characters and more, of those that are inherited only the
   * ones whose names tell that they are secret, are struck out of whatever is quoted of what the server writes.
   */
  readonly env?: ServerEnvironment;
  /** The working directory; that of this process when left out. */
  readonly cwd?: string;
  /** Where the server's log goes; default `pipe`: nowhere, but its last line is quoted when the server dies. */
  readonly stderr?: 'inherit' | 'ignore' | 'pipe';
  /**
   * Called with each line that a server writes to its stderr, and with the number of its process; `stderr` must be `pipe`.
   * Secrets are struck out, and of a line no more than 16 KiB are told. What it throws is reported as an unhandled error.
   */
  readonly onStderr?: StderrListener;
}

const stderrChoices: readonly unknown[] = ['inherit', 'ignore', 'pipe'];

/**
 * Newline-delimited JSON over the stdin and stdout of a child process, which leads a process group of its own so that
 * what it starts ends with it. Throws a TypeError or RangeError for options that make no sense; a command that cannot be
 * started rejects `start`, with the `code` of the system.
 */
export function stdio(options: StdioOptions): McpTransport {
  return stdioHiding(options, []);
}

/** The same, where more is known to be secret than the names of flags and variables tell. @internal */
export function stdioHiding(options: StdioOptions, secrets: readonly string[]): McpTransport {
  const { target, ...child } = check(options, secrets);
  return { kind: 'stdio', target, create: () => new StdioTransport(child, options) };
}

/** By `pid` and `stderr` the SDK knows that it negotiates over stdio, where silence means an old server and no failure. */
class StdioTransport extends LineTransport<ChildCarrier> {
  readonly stderr$: Observable<string>;

  constructor(child: ChildOptions, options: StdioOptions) {
    const lines = new StderrLines(child.redact, options.onStderr);
    super(() => new ChildCarrier(child, lines), { ...options, redact: child.redact });
    this.stderr$ = lines.lines$;
    // Without a process there is nobody else to end them.
    this.ended$.subscribe({
      error: report,
      complete: () => {
        if (this.carrier === undefined) lines.end(0);
      },
    });
  }

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

function check(options: StdioOptions, known: readonly string[]): ChildOptions & { readonly target: string } {
  checkObject('the options of stdio', options);
  checkKnown('stdio', options, stdioNames);
  const { command, args = [], env = {}, cwd, stderr = 'pipe' } = options;
  checkText('command', command);
  if (!Array.isArray(args) || !areStrings(args)) throw new TypeError('args must be an array of strings');
  if (cwd !== undefined) checkText('cwd', cwd);
  if (!stderrChoices.includes(stderr)) {
    throw new TypeError(`stderr must be inherit, ignore or pipe: ${stderr}`);
  }
  checkListener(options);
  checkLimits(options);
  const { variables, secrets } = environmentOf(env);
  const hidden = hideSecrets(options.args ?? []);
  // Not without the environment's values: most are no secrets, and a name full of gaps tells nobody which server it is.
  const target = new Redactor(known).text([command, ...hidden.shown].join(' '));
  const redact = new Redactor([...secrets, ...hidden.secrets, ...known]).text;
  return { command, args: [...(options.args ?? [])], env: variables, cwd, stderr, redact, target };
}

function checkListener({ onStderr, stderr = 'pipe' }: StdioOptions): void {
  if (onStderr === undefined) return;
  if (typeof onStderr !== 'function') throw new TypeError('onStderr must be a function');
  if (stderr !== 'pipe') throw new TypeError(`onStderr hears nothing with stderr: '${stderr}'`);
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
  onStderr: true,
};
