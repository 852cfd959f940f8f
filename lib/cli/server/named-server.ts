import type { Command } from 'commander';
import { CommandError } from '../command-error.ts';
import type { CommandIo } from '../command-io.ts';
import { chooseServer } from './choose-server.ts';
import type { ChosenServer } from './chosen-server.ts';
import type { ServerFlags } from './server-flags.ts';
import { wordsAfterDashes } from './words-after-dashes.ts';

/** What was typed: the words that are no flags, and all there was. */
interface Typed {
  readonly words: readonly string[];
  readonly flags: ServerFlags;
  readonly argv: readonly string[];
  readonly command: Command;
}

/** The server that was named, and how. */
export interface NamedServer {
  readonly server: ChosenServer;
  /** With a URL among them, however it was given. */
  readonly flags: ServerFlags;
  /** What stood after `--`. */
  readonly words: readonly string[] | undefined;
}

/** The server of a command that cannot do without: a URL, the flags, or a command after `--`. Rejects with what is wrong. */
export async function namedServer(typed: Typed, io: Pick<CommandIo, 'env' | 'stderr'>): Promise<NamedServer> {
  const { argv, command } = typed;
  const url = urlIn(typed);
  const flags = url === undefined ? typed.flags : { ...typed.flags, http: url };
  if (url !== undefined && typed.flags.http !== undefined) throw new CommandError('choose one of a URL and --http');
  const words = wordsAfterDashes(url === undefined ? typed.words : typed.words.slice(1), argv, command);
  const server = await chooseServer(flags, words, io);
  if (server !== undefined) return { server, flags, words };
  throw new CommandError(`name a server: a URL, a command after -- or --config; see mcp-pool ${command.name()} --help`);
}

/** The first word, where it is an address and stands before the dashes. */
function urlIn({ words, argv }: Typed): string | undefined {
  const [first] = words;
  const dashes = argv.indexOf('--');
  const after = dashes === -1 ? 0 : argv.length - dashes - 1;
  return words.length > after && first !== undefined && /^https?:/i.test(first) ? first : undefined;
}
