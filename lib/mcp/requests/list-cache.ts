import type { CacheMode } from '@modelcontextprotocol/client';
import type { TopicListener } from '../subscriptions/following.ts';
import type { Roster } from '../subscriptions/roster.ts';
import type { McpList, Subscriptions } from '../subscriptions/subscriptions.ts';
import type { McpRequest } from '../transport/mcp-request.ts';

/** The list that each of these requests reads, whose change makes an answer to it old. */
const listOf: Readonly<Record<string, McpList>> = {
  'tools/list': 'tools',
  'prompts/list': 'prompts',
  'resources/list': 'resources',
  'resources/templates/list': 'resources',
};

/**
 * The lists of a server that says when they change, each kept until it does. A list is kept from the first reading on that
 * began after the server was heard; with a server that does not tell of changes nothing is kept.
 */
export class ListCache {
  readonly #roster: Roster;
  readonly #subscriptions: Subscriptions;
  readonly #lists = new Map<McpList, KeptList>();

  constructor(roster: Roster, subscriptions: Subscriptions) {
    this.#roster = roster;
    this.#subscriptions = subscriptions;
  }

  /** The answer to this request: the one that is kept, or what `ask` brings. Whole lists only: a page is always asked for. */
  async read(request: McpRequest, mode: CacheMode, ask: () => Promise<unknown>): Promise<unknown> {
    const list = listOf[request.method];
    if (list === undefined || mode === 'bypass' || isPage(request)) return ask();
    const kept = this.#lists.get(list);
    const known = mode === 'use' ? kept?.answers.get(request.method) : undefined;
    // A copy for each, because it is theirs to change.
    if (known !== undefined) return structuredClone(known);
    const readings = kept?.readings;
    const answer = await ask();
    if (kept === undefined) this.#follow(list);
    else if (kept.isHeard && kept.readings === readings) kept.answers.set(request.method, structuredClone(answer));
    return answer;
  }

  #follow(list: McpList): void {
    if (this.#lists.has(list) || this.#roster.introduced.capabilities?.[list]?.listChanged !== true) return;
    const kept = new KeptList();
    this.#lists.set(list, kept);
    // It ends with the pool.
    this.#subscriptions.follow(list, kept);
  }
}

/** Whether a request asks for a page of a list, and not for the whole of it. */
function isPage({ params }: McpRequest): boolean {
  return params?.['cursor'] !== undefined;
}

/** The answers to the requests that read one list. */
class KeptList implements TopicListener {
  readonly answers = new Map<string, unknown>();
  /** Counts what makes older readings void. */
  readings = 0;
  /** Whether the server is heard, and an answer that is kept will be dropped in time. */
  isHeard = false;

  begun(): void {
    this.isHeard = true;
    this.next();
  }

  next(): void {
    this.readings++;
    this.answers.clear();
  }

  error(): void {
    this.complete();
  }

  complete(): void {
    this.isHeard = false;
    this.next();
  }
}
