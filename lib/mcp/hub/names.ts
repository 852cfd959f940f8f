import { createHash } from 'node:crypto';
import { messageOf } from '../../base/thrown.ts';

/**
 * How the tools and prompts of several servers are called. `always`: `server__tool`. `never`: as their servers call them;
 * a name that two servers have is hidden, and not the first one's. `auto`: as they are for a single server, else `always`.
 */
export type NameRule = 'auto' | 'always' | 'never';

const rules: readonly NameRule[] = ['auto', 'always', 'never'];

/** Throws a `TypeError` for what is no rule. */
export function checkNameRule(rule: NameRule): void {
  if (!rules.includes(rule)) throw new TypeError(`names must be one of ${rules.join(', ')}: ${messageOf(rule)}`);
}

/** What models and their hosts take. */
const LONGEST_NAME = 64;
const SEPARATOR = '__';

/** What the names of each server begin with, by the servers' names. */
export type Prefixes = ReadonlyMap<string, string>;

/**
 * What the names of these servers begin with: their own names, with `_` for what hosts do not take. Where that makes two of
 * them the same, those that were changed end with four digits that tell them apart.
 */
export function prefixesOf(servers: readonly string[]): Prefixes {
  const plain = servers.map(taken);
  return new Map(
    servers.map((server, n) => {
      const name = plain[n] ?? '';
      const isOnly = name === server || plain.filter((other) => other === name).length === 1;
      return [server, `${isOnly ? name : `${name}_${digitsOf(server)}`}${SEPARATOR}`];
    }),
  );
}

/** The name of a tool or prompt among those of other servers, 64 characters at most. */
export function nameAmong(prefix: string, name: string): string {
  const full = `${prefix}${name}`;
  return full.length <= LONGEST_NAME ? full : cut(full);
}

/** Whether a name may have been cut, so that what it ends with is no name of a server's. */
export function mayBeCut(name: string): boolean {
  return name.length === LONGEST_NAME;
}

/** The name with nothing but what hosts take. */
function taken(server: string): string {
  return server.replace(/[^\w.-]/g, '_');
}

/** The beginning of the name, and four digits that tell it from others with the same beginning. */
function cut(full: string): string {
  const digits = digitsOf(full);
  return `${full.slice(0, LONGEST_NAME - digits.length - 1)}_${digits}`;
}

function digitsOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 4);
}
