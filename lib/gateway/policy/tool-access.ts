import { type ToolRules, toolFilter, toolTimeoutOf } from '../../mcp/config/tool-rules.ts';

/** Says whether a principal may call a tool; what is thrown means no. */
export type Allow = (principal: string, tool: string) => boolean;

/** Which tools there are for whom. What may not be called is not there: neither in lists nor for calls. */
export class ToolAccess {
  /** How long calls may take, in milliseconds; `undefined`: as long as they like. */
  readonly timeoutMs: number | undefined;
  readonly #filter: (tool: string) => boolean;
  readonly #allow: Allow | undefined;

  /** Throws a `TypeError` for rules that make no sense. */
  constructor(rules: ToolRules, allow?: Allow) {
    this.timeoutMs = toolTimeoutOf(rules);
    this.#filter = toolFilter(rules);
    this.#allow = allow;
  }

  /** Whether the principal may call it. What is no name is nothing that a server should have to make sense of. */
  permits(principal: string, tool: unknown): boolean {
    if (typeof tool !== 'string' || !this.#filter(tool)) return false;
    try {
      const answer: unknown = this.#allow?.(principal, tool) ?? this.#allow === undefined;
      // Nothing but `true`: a promise, by mistake, would open the door to all.
      return answer === true;
    } catch {
      return false;
    }
  }

  /** A list of tools without those that the principal may not call; the same object where there are none. */
  shown(principal: string, result: unknown): unknown {
    const { tools } = Object(result) as { readonly tools?: unknown };
    if (!Array.isArray(tools)) return result;
    const shown = tools.filter((tool: unknown) => this.permits(principal, Reflect.get(Object(tool) as object, 'name')));
    return shown.length === tools.length ? result : { ...(result as object), tools: shown };
  }
}
