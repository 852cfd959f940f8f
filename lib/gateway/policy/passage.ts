import type { JSONRPCRequest } from '@modelcontextprotocol/client';
import { report, reporting } from '../../base/report.ts';
import type { WireError } from '../../mcp/session/wire-error.ts';
import { type Audit, type CallAudited, shortName } from './audit.ts';
import type { Call, CallEnded, CallWatch, CallWatcher } from './call-watch.ts';
import { redactedArguments } from './redacted-arguments.ts';
import type { ToolAccess } from './tool-access.ts';

/** What is looked at with each request. */
export interface PolicyParts {
  /** `undefined` where all tools are there for all. */
  readonly access: ToolAccess | undefined;
  readonly audit: Audit;
  /** Who looks at requests at present. */
  readonly watchers: ReadonlySet<CallWatcher>;
}

/** One request of a principal, as far as rules, the audit and those who watch are concerned. */
export class Passage {
  /** Why it must not be served. */
  readonly refused: WireError | undefined;
  /** What is served: the request, or what those who watch have made of it. */
  readonly request: JSONRPCRequest;
  readonly #access: ToolAccess | undefined;
  readonly #audit: Audit | undefined;
  readonly #principal: string;
  readonly #given: JSONRPCRequest;
  readonly #watches: readonly CallWatch[];
  readonly #since = performance.now();

  constructor({ access, audit, watchers }: PolicyParts, principal: string, call: Call) {
    const { method, params } = call.request;
    this.#principal = principal;
    this.#given = call.request;
    this.#audit = audit.isHeard ? audit : undefined;
    this.#access = method === 'tools/list' ? access : undefined;
    this.#watches = watchesOf(watchers, call);
    this.request = this.#watches.reduce((request, watch) => watch.request ?? request, call.request);
    if (method !== 'tools/call' || access?.permits(principal, params?.['name']) !== false) return;
    this.refused = unknownTool(params?.['name']);
    this.#over({ outcome: 'refused', ...namesOf(this.refused), ms: this.#ms });
  }

  /** Serves the request by calling this, in the contexts of those who watch: once, whatever they do. */
  within(begin: () => void): void {
    if (!this.#watches.some((watch) => watch.within !== undefined)) {
      begin();
      return;
    }
    let isBegun = false;
    const once = (): void => {
      if (isBegun) return;
      isBegun = true;
      begin();
    };
    const wrap = (inner: () => void, watch: CallWatch): (() => void) => {
      return watch.within === undefined ? inner : reporting(watch.within.bind(watch, inner));
    };
    this.#watches.reduce(wrap, once)();
    once();
  }

  /** The result as the principal may see it. */
  shown(result: unknown): unknown {
    return this.#access === undefined ? result : this.#access.shown(this.#principal, result);
  }

  /** It was answered, by this message, with an error if there is one. */
  answered(message: string, result: unknown, error?: Pick<WireError, 'code' | 'data'>): void {
    const bytesOut = this.#audit === undefined ? 0 : Buffer.byteLength(message);
    if (error !== undefined) this.#over({ outcome: 'error', ...namesOf(error), ms: this.#ms }, bytesOut);
    else if (Reflect.get(Object(result) as object, 'isError') === true) {
      this.#over({ outcome: 'error', error: 'tool_error', ms: this.#ms }, bytesOut);
    } else this.#over({ outcome: 'ok', ms: this.#ms }, bytesOut);
  }

  /** The server asks the client something meanwhile. */
  asked(question: string): void {
    const { tool } = whatFor(this.#given, false);
    const who = { principal: this.#principal, ...(tool !== undefined && { tool }) };
    this.#audit?.tell({ type: 'question', at: Date.now(), ...who, question: shortName(question) });
  }

  /** The client did not want the answer any more. */
  cancelled(): void {
    this.#over({ outcome: 'cancelled', ms: this.#ms });
  }

  /** How long it has taken so far, in milliseconds. */
  get #ms(): number {
    return Math.round((performance.now() - this.#since) * 1000) / 1000;
  }

  #over(ended: CallEnded, bytesOut = 0): void {
    for (const watch of this.#watches) tellEnd(watch, ended);
    if (this.#audit === undefined) return;
    const { outcome, code, ms } = ended;
    this.#audit.tell({
      type: 'call',
      at: Date.now(),
      principal: this.#principal,
      method: shortName(this.#given.method),
      ...whatFor(this.#given, this.#audit.hasArguments),
      outcome,
      ...(code !== undefined && { code }),
      ms,
      bytesIn: Buffer.byteLength(JSON.stringify(this.#given)),
      bytesOut,
    });
  }
}

function tellEnd(watch: CallWatch, ended: CallEnded): void {
  try {
    watch.ended(ended);
  } catch (error) {
    report(error);
  }
}

/** Looks at a request; `undefined` where there are no rules for it, and nobody listens to the audit or watches. */
export function passageOf(parts: PolicyParts, principal: string, call: Call): Passage | undefined {
  const { access, audit, watchers } = parts;
  const { method } = call.request;
  const isRuled = access !== undefined && (method === 'tools/call' || method === 'tools/list');
  return isRuled || audit.isHeard || watchers.size > 0 ? new Passage(parts, principal, call) : undefined;
}

function watchesOf(watchers: ReadonlySet<CallWatcher>, call: Call): readonly CallWatch[] {
  const watches: CallWatch[] = [];
  for (const watcher of watchers) {
    try {
      const watch = watcher.begin(call);
      if (watch !== undefined) watches.push(watch);
    } catch (error) {
      report(error);
    }
  }
  return watches;
}

/** What was asked for, by its name. */
function whatFor(
  { method, params }: JSONRPCRequest,
  hasArguments: boolean,
): Pick<CallAudited, 'tool' | 'prompt' | 'resource' | 'arguments'> {
  const { name, uri, arguments: given } = (params ?? {}) as Readonly<Record<string, unknown>>;
  if (method === 'tools/call') {
    const told = hasArguments && given !== undefined && { arguments: redactedArguments(given) };
    return { ...(typeof name === 'string' && { tool: shortName(name) }), ...told };
  }
  if (method === 'prompts/get') return typeof name === 'string' ? { prompt: shortName(name) } : {};
  if (!method.startsWith('resources/') || typeof uri !== 'string') return {};
  return { resource: shortName(uri.replace(/\/\/[^/?#]*@/, '//').replace(/[?#].*$/s, '')) };
}

/** How an error is named: by its number, and by the code of this library where it has one. */
function namesOf({ code, data }: Pick<WireError, 'code' | 'data'>): Pick<CallEnded, 'code' | 'error'> {
  const own: unknown = Reflect.get(Object(data) as object, 'code');
  return { code, error: typeof own === 'string' && code === -32_000 ? own : String(code) };
}

/** As if there were no such tool. */
function unknownTool(tool: unknown): WireError {
  return { code: -32_602, message: `Unknown tool: ${shortName(String(tool))}` };
}
