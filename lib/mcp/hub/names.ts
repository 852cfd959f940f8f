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

/** The name of a tool or prompt of a server among those of other servers, 64 characters at most. */
export function nameAmong(server: string, name: string): string {
  const full = `${prefixOf(server)}${name}`;
  return full.length <= LONGEST_NAME ? full : cut(full);
}

/** What the names of a server begin with. */
export function prefixOf(server: string): string {
  return `${server.replace(/[^\w.-]/g, '_')}${SEPARATOR}`;
}

/** Whether a name may have been cut, so that what it ends with is no name of a server's. */
export function mayBeCut(name: string): boolean {
  return name.length === LONGEST_NAME;
}

/** The beginning of the name, and four digits that tell it from others with the same beginning. */
function cut(full: string): string {
  const digest = createHash('sha256').update(full).digest('hex').slice(0, 4);
  return `${full.slice(0, LONGEST_NAME - digest.length - 1)}_${digest}`;
}
