import type { JSONRPCRequest } from '@modelcontextprotocol/client';
import type { WireError } from '../../mcp/session/wire-error.ts';
import type { Audit, CallAudited } from './audit.ts';
import type { ToolAccess } from './tool-access.ts';

/** What is looked at with each request. */
export interface PolicyParts {
  /** `undefined` where all tools are there for all. */
  readonly access: ToolAccess | undefined;
  readonly audit: Audit;
}

/** One request of a principal, as far as rules and the audit are concerned. */
export class Passage {
  /** Why it must not be served. */
  readonly refused: WireError | undefined;
  readonly #access: ToolAccess | undefined;
  readonly #audit: Audit | undefined;
  readonly #principal: string;
  readonly #request: JSONRPCRequest;
  readonly #since = performance.now();

  constructor({ access, audit }: PolicyParts, principal: string, request: JSONRPCRequest) {
    const { method, params } = request;
    this.#principal = principal;
    this.#request = request;
    this.#audit = audit.isHeard ? audit : undefined;
    this.#access = method === 'tools/list' ? access : undefined;
    if (method !== 'tools/call' || access?.permits(principal, params?.['name']) !== false) return;
    this.refused = unknownTool(params?.['name']);
    this.#over({ outcome: 'refused', code: this.refused.code });
  }

  /** The result as the principal may see it. */
  shown(result: unknown): unknown {
    return this.#access === undefined ? result : this.#access.shown(this.#principal, result);
  }

  /** It was answered, by this message, with an error if there is one. */
  answered(message: string, result: unknown, error?: { readonly code: number }): void {
    if (this.#audit === undefined) return;
    const isError = error !== undefined || Reflect.get(Object(result) as object, 'isError') === true;
    this.#over({ outcome: isError ? 'error' : 'ok', ...(error && { code: error.code }) }, Buffer.byteLength(message));
  }

  /** The client did not want the answer any more. */
  cancelled(): void {
    this.#over({ outcome: 'cancelled' });
  }

  #over(outcome: Pick<CallAudited, 'outcome' | 'code'>, bytesOut = 0): void {
    if (this.#audit === undefined) return;
    const { method, params } = this.#request;
    const tool = params?.['name'];
    this.#audit.tell({
      type: 'call',
      at: Date.now(),
      principal: this.#principal,
      method: method.slice(0, LONGEST_NAME),
      ...(method === 'tools/call' && typeof tool === 'string' && { tool: tool.slice(0, LONGEST_NAME) }),
      ...outcome,
      ms: Math.round((performance.now() - this.#since) * 1000) / 1000,
      bytesIn: Buffer.byteLength(JSON.stringify(this.#request)),
      bytesOut,
    });
  }
}

/** Characters of a name that the audit keeps: a client may send megabytes. */
const LONGEST_NAME = 200;

/** Looks at a request; `undefined` where there are no rules for it, and nobody listens to the audit. */
export function passageOf(parts: PolicyParts, principal: string, request: JSONRPCRequest): Passage | undefined {
  const { access, audit } = parts;
  const isRuled = access !== undefined && (request.method === 'tools/call' || request.method === 'tools/list');
  return isRuled || audit.isHeard ? new Passage(parts, principal, request) : undefined;
}

/** As if there were no such tool. */
function unknownTool(tool: unknown): WireError {
  return { code: -32_602, message: `Unknown tool: ${String(tool).slice(0, LONGEST_NAME)}` };
}
