import type { Command } from 'commander';

/** The words of a server's command, which stand after `--`; `undefined` where there are none. Others are refused. */
export function wordsAfterDashes(
  words: readonly string[],
  argv: readonly string[],
  command: Command,
): readonly string[] | undefined {
  const at = argv.indexOf('--');
  const after = at === -1 ? [] : argv.slice(at + 1);
  const others = words.length - after.length;
  if (others > 0) {
    command.error(`too many arguments for '${command.name()}'. Expected 0 arguments but got ${others}.`);
  }
  return after.length === 0 ? undefined : after;
}
