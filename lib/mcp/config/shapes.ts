import { didYouMean, nearest } from '../../base/known-options.ts';
import { type Fields, isFields } from './fields.ts';
import type { ConfigDocument } from './document.ts';

/** Where the servers of a file stand. */
export interface Shape {
  /** By name, as they were written. */
  readonly servers: Fields;
  /** What VS Code asks for before it starts a server. */
  readonly inputs: unknown;
  /** Whether variables are written as `{env:NAME}`, too. */
  readonly isOfOpencode: boolean;
  readonly warnings: readonly string[];
}

/**
 * The members under which hosts keep their servers: `mcpServers` (Claude, Cursor, Windsurf, Gemini, Qwen), `servers` (VS
 * Code), `context_servers` (Zed) and `mcp` (opencode, and VS Code's user settings).
 */
const members = ['mcpServers', 'servers', 'context_servers', 'mcp'];

/** Finds the servers; throws a `TypeError` where there are none. */
export function shapeOf({ json, name }: ConfigDocument): Shape {
  if (!isFields(json)) throw new TypeError(`${name} must hold an object`);
  const [first, ...others] = members.filter((member) => json[member] !== undefined);
  if (first === undefined) throw new TypeError(`${name} has no servers: ${missingIn(json)}`);
  const found = json[first];
  if (!isFields(found)) throw new TypeError(`${name}: ${first} must be an object`);
  // Gemini has settings of its own under this name.
  const unread = others.filter((member) => member !== 'mcp');
  const warnings = unread.map((member) => `${first} is read, ${member} is not`);
  if (first !== 'mcp') return { servers: found, inputs: json['inputs'], isOfOpencode: false, warnings };
  const nested = found['servers'];
  if (isFields(nested) && !isServer(nested)) {
    return {
      servers: nested,
      inputs: found['inputs'],
      isOfOpencode: Object.values(nested).some(isOfOpencode),
      warnings,
    };
  }
  return { servers: found, inputs: undefined, isOfOpencode: true, warnings };
}

function missingIn(json: Fields): string {
  for (const key of Object.keys(json)) {
    const meant = nearest(key, members);
    if (meant !== undefined) return `it has ${key}${didYouMean(meant)}`;
  }
  return `it has none of ${members.join(', ')}`;
}

/** Since its second version opencode has its servers one level deeper, where VS Code's user settings have them as well. */
function isOfOpencode(server: unknown): boolean {
  return isFields(server) && (server['type'] === 'local' || server['type'] === 'remote');
}

function isServer({ command, url, type }: Fields): boolean {
  return command !== undefined || typeof url === 'string' || typeof type === 'string';
}
