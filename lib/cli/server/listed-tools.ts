import { firstValueFrom } from 'rxjs';
import type { McpConnection } from '../../mcp/connection/connection.ts';

/** A tool as its server lists it. */
export interface ListedTool {
  readonly name: string;
  /** Empty where there is none. */
  readonly description: string;
  /** What the server says of it, of `readOnly`, `destructive`, `idempotent` and `openWorld`. */
  readonly hints: readonly string[];
}

const MOST_PAGES = 100;
const PAGE_MS = 10_000;

/** Page by page, with raw requests: the SDK's own `listTools` may write to stdout, which belongs to the report. */
export async function listedTools(connection: McpConnection): Promise<ListedTool[]> {
  const tools: ListedTool[] = [];
  let cursor: unknown;
  for (let page = 0; page < MOST_PAGES; page++) {
    const params = cursor === undefined ? {} : { cursor };
    const list$ = connection.request({ method: 'tools/list', params }, { timeout: PAGE_MS });
    const result: Readonly<Record<string, unknown>> = await firstValueFrom(list$, { defaultValue: {} });
    tools.push(...toolsIn(result['tools']));
    cursor = result['nextCursor'];
    if (cursor === undefined) break;
  }
  return tools;
}

function toolsIn(tools: unknown): ListedTool[] {
  return Array.isArray(tools) ? tools.map(toolOf) : [];
}

function toolOf(tool: unknown): ListedTool {
  const hints = ['readOnly', 'destructive', 'idempotent', 'openWorld'];
  const said = memberOf(tool, 'annotations');
  const description = memberOf(tool, 'description');
  return {
    name: String(memberOf(tool, 'name')),
    description: typeof description === 'string' ? description : '',
    hints: hints.filter((hint) => memberOf(said, `${hint}Hint`) === true),
  };
}

function memberOf(value: unknown, name: string): unknown {
  return Reflect.get(Object(value) as object, name) as unknown;
}
