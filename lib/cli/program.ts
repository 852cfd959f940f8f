import { Command, CommanderError } from 'commander';
import { VERSION } from '../base/version.ts';
import { oneLine } from './terminal/printable.ts';
import type { CommandIo } from './command-io.ts';
import { compareCommand } from './compare/compare-command.ts';
import { inspectCommand } from './inspect/inspect-command.ts';
import { loadCommand } from './load/load-command.ts';
import { pingCommand } from './ping/ping-command.ts';
import { replayCommand } from './replay/replay-command.ts';
import { serveCommand } from './serve/serve-command.ts';
import { topCommand } from './top/top-command.ts';
import { messageOf } from '../base/thrown.ts';

const nothing = (): void => undefined;

/**
 * Runs the command with the arguments that follow its name. Resolves with the exit code; never rejects: what goes wrong
 * is told in one line on stderr, with exit code 2.
 */
export async function run(argv: readonly string[], io: CommandIo): Promise<number> {
  let exitCode = 0;
  const finish = (code: number): void => {
    exitCode = code;
  };
  try {
    await program(io, finish, argv).parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const message = oneLine(messageOf(error)).replace(/^error: /, '');
    io.stderr.write(`mcp-pool: ${message}\n`);
    return 2;
  }
}

const commands = [inspectCommand, pingCommand, loadCommand, compareCommand, serveCommand, topCommand, replayCommand];

function program(io: CommandIo, finish: (exitCode: number) => void, argv: readonly string[]): Command {
  const command = new Command('mcp-pool')
    .description('A reactive pool of connections to MCP servers')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      // Errors are told by whoever called, in one line.
      writeErr: nothing,
      getOutHelpWidth: () => io.stdout.columns ?? 100,
      getOutHasColors: () => false,
    });
  for (const subcommand of commands) {
    command.addCommand(subcommand(io, finish, argv).copyInheritedSettings(command));
  }
  command.action((_options, self: Command) => {
    const [unknown] = self.args;
    if (unknown !== undefined) self.error(`unknown command '${unknown}', try mcp-pool --help`);
    self.outputHelp();
  });
  command.allowExcessArguments();
  return command;
}
