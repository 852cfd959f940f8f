import type { JSONRPCMessage } from '@modelcontextprotocol/client';

/** An argument of a tool that the server wants in a header as well. */
interface Declared {
  readonly header: string;
  readonly path: readonly string[];
}

/** Tools whose declarations are kept; beyond that the oldest is forgotten. */
const MOST_TOOLS = 1000;
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const permitted: readonly unknown[] = ['string', 'integer', 'boolean'];
const plain = /^[\t\x20-\x7e]+$/;
const wrapped = /^=\?base64\?.*\?=$/;
const canonical = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * Which arguments of tools the server wants in `Mcp-Param-*` headers as well, so that gateways may route by them: what its
 * lists of tools declare by `x-mcp-header` (SEP-2243). Shared by the connections that may know of each other: the SDK's client knows
 * only the lists of its own connection where the server does not say who it is, and nothing where `request` is used.
 */
export class ParamHeaders {
  readonly #declared = new Map<string, readonly Declared[]>();

  /** Whether no tool declares any. */
  get isEmpty(): boolean {
    return this.#declared.size === 0;
  }

  /** The headers for a modern call of a tool with these parameters, in lower case, names and values in turn. */
  of(params: Readonly<Record<string, unknown>> | undefined): string[] {
    const { name, arguments: given } = Object(params) as Readonly<Record<string, unknown>>;
    const headers: string[] = [];
    for (const { header, path } of this.#declared.get(String(name)) ?? []) {
      const value = textOf(path.reduce(own, given));
      if (value !== undefined) headers.push(`mcp-param-${header.toLowerCase()}`, encoded(value));
    }
    return headers;
  }

  /**
   * In what the headers of a modern call of a tool and its parameters disagree; `undefined` where they do not. `header`: the
   * value of a header, by its name in lower case.
   */
  fault(
    params: Readonly<Record<string, unknown>> | undefined,
    header: (name: string) => string | undefined,
  ): string | undefined {
    const { name: tool, arguments: given } = Object(params) as Readonly<Record<string, unknown>>;
    for (const declared of this.#declared.get(String(tool)) ?? []) {
      const name = `mcp-param-${declared.header.toLowerCase()}`;
      const value = textOf(declared.path.reduce(own, given));
      const said = header(name);
      if (value === undefined || said === value) continue;
      if (said === undefined) return `the ${name} header is missing`;
      if (decoded(said) !== value) return `the ${name} header and the body disagree`;
    }
    return undefined;
  }

  /** To be called with every answer and the method of its request: a list of tools is learnt from. */
  learn(method: string | undefined, answer: JSONRPCMessage): void {
    if (method !== 'tools/list' || !('result' in answer)) return;
    const tools = own(answer.result, 'tools');
    if (Array.isArray(tools)) tools.forEach(this.#learnTool.bind(this));
  }

  #learnTool(tool: unknown): void {
    const name = own(tool, 'name');
    if (typeof name !== 'string') return;
    this.#declared.delete(name);
    const declared = declaredIn(own(tool, 'inputSchema'));
    if (declared.length > 0) this.#declared.set(name, declared);
    const [oldest] = this.#declared.keys();
    if (this.#declared.size > MOST_TOOLS && oldest !== undefined) this.#declared.delete(oldest);
  }
}

/** The declarations of a tool. When one of them is invalid, none counts. */
function declaredIn(schema: unknown): readonly Declared[] {
  const all = [...declarations(schema, [])];
  const names = new Set(all.map(({ header }) => String(header).toLowerCase()));
  return names.size === all.length && all.every(isValid) ? (all as readonly Declared[]) : [];
}

interface Declaration {
  readonly header: unknown;
  readonly path: readonly string[];
  readonly type: unknown;
}

function* declarations(schema: unknown, path: readonly string[]): Generator<Declaration> {
  const header = own(schema, 'x-mcp-header');
  if (header !== undefined) yield { header, path, type: own(schema, 'type') };
  const properties = Object(own(schema, 'properties')) as Readonly<Record<string, unknown>>;
  for (const [name, property] of Object.entries(properties)) yield* declarations(property, [...path, name]);
}

function isValid({ header, path, type }: Declaration): boolean {
  return typeof header === 'string' && token.test(header) && path.length > 0 && permitted.includes(type);
}

function own(value: unknown, key: string): unknown {
  const object = Object(value) as Readonly<Record<string, unknown>>;
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** A value as text; `undefined` when client and server might write it differently. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  const isExact =
    typeof value === 'number' && (Number.isInteger(value) ? Number.isSafeInteger(value) : isFinite(value));
  return isExact || typeof value === 'boolean' ? String(value) : undefined;
}

/** A text as the value of a header, in Base64 when its characters or outer spaces would not survive otherwise. */
export function encoded(text: string): string {
  const isPlain = plain.test(text) && text === text.trim() && !wrapped.test(text);
  return isPlain ? text : `=?base64?${Buffer.from(text).toString('base64')}?=`;
}

/** The text that the value of a header stands for; `undefined` where it is said to be Base64 and is not. */
export function decoded(value: string): string | undefined {
  if (!wrapped.test(value)) return value;
  const base64 = value.slice('=?base64?'.length, -'?='.length);
  return canonical.test(base64) ? Buffer.from(base64, 'base64').toString() : undefined;
}
