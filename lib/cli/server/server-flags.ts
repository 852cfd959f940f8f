import { Option } from 'commander';
import { type Address, address, program, text } from '../flag-values.ts';

/** The flags that say which server a command is for, each valid by itself. */
export interface ServerFlags {
  readonly tcp?: Address;
  readonly stdio?: readonly string[];
  readonly http?: string;
  /** As they were written: they may be secret, so whoever reads them must not quote them. */
  readonly header?: readonly string[];
  readonly env?: readonly string[];
  readonly config?: string;
  readonly server?: string;
  readonly input?: readonly string[];
}

/** The flags of every command that takes a server. */
export function serverOptions(): Option[] {
  return [
    new Option('--tcp <host:port>', 'a server that listens there').argParser(address),
    new Option('--stdio <command>', 'a server that is started, once for each connection').argParser(program),
    new Option('--http <url>', 'a server that speaks Streamable HTTP').argParser(text),
    new Option('--header <header>', "sent to it, as 'Name: value'; may be repeated").argParser(repeated),
    new Option('--config <file>', 'a file of servers, as Claude, Cursor, VS Code and others have it').argParser(text),
    new Option('--server <name>', 'which of them, where there are several').argParser(text),
    new Option('--input <id=value>', 'a value that VS Code would ask for; may be repeated').argParser(repeated),
    new Option('--env <name[=value]>', 'a variable of a server that is started; may be repeated').argParser(repeated),
  ];
}

function repeated(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
