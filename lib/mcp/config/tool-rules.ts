import { duration } from '../../base/durations.ts';
import { didYouMean, unknownNames } from '../../base/known-options.ts';
import { isFields } from './fields.ts';

/** Which tools there are for clients, by their names; `*` stands for any characters, or none. */
export interface ToolRules {
  /** Tools that may be called; left out: all. */
  readonly allow?: readonly string[];
  /** Tools that may not be called, though they are allowed otherwise. */
  readonly deny?: readonly string[];
  /**
   * How long a call may take once it was sent, in milliseconds, what the client is asked meanwhile included; 0 or `Infinity`: as
   * long as it likes. One that takes longer is cancelled at the server.
   */
  readonly timeoutMs?: number;
}

/** How long calls may take by these rules, in milliseconds; `undefined`: as long as they like. Throws as `toolFilter` does. */
export function toolTimeoutOf({ timeoutMs }: ToolRules): number | undefined {
  const ms = timeoutMs === undefined ? 0 : duration('tools.timeoutMs', timeoutMs);
  return ms === 0 ? undefined : ms;
}

/** Says whether a tool of this name is there. Throws a `TypeError` for rules that make no sense. */
export function toolFilter({ allow, deny }: ToolRules): (tool: string) => boolean {
  const allowed = allow === undefined ? undefined : globs('tools.allow', allow);
  const denied = globs('tools.deny', deny ?? []);
  return (tool) => !denied.some((matches) => matches(tool)) && (allowed?.some((matches) => matches(tool)) ?? true);
}

/**
 * The rules in `tools` of a server; `undefined` where there are none, as in files of hosts that have a list there. Throws a
 * `TypeError` for a key that is none of ours: a rule that is misspelt must not be no rule.
 */
export function toolRulesIn(given: unknown): ToolRules | undefined {
  if (!isFields(given)) return undefined;
  const [unknown] = unknownNames(given, known);
  if (unknown !== undefined) throw new TypeError(`unknown key tools.${unknown.name}${didYouMean(unknown.meant)}`);
  toolFilter(given);
  toolTimeoutOf(given);
  return given;
}

const known = { allow: true, deny: true, timeoutMs: true } as const;

function globs(name: string, patterns: readonly string[]): readonly ((text: string) => boolean)[] {
  if (!Array.isArray(patterns)) throw new TypeError(`${name} must be a list of names`);
  return patterns.map((pattern: unknown) => {
    if (typeof pattern !== 'string' || pattern === '') throw new TypeError(`${name} must be a list of names`);
    return glob(pattern);
  });
}

/**
 * Matches whole texts. Without regular expressions: those take for ever with several stars and a text of megabytes, which a
 * client may send.
 */
function glob(pattern: string): (text: string) => boolean {
  const [first = '', ...others] = pattern.split('*');
  const last = others.pop();
  if (last === undefined) return (text) => text === pattern;
  return (text) => {
    if (!text.startsWith(first)) return false;
    let at = first.length;
    for (const piece of others) {
      const found = text.indexOf(piece, at);
      if (found < 0) return false;
      at = found + piece.length;
    }
    return text.length >= at + last.length && text.endsWith(last);
  };
}
