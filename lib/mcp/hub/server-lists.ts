import {
  METHOD_NOT_FOUND,
  type Client,
  type Implementation,
  type ListResourceTemplatesResult,
  type Prompt,
  ProtocolError,
  type Resource,
  type ResourceTemplateType,
  type ServerCapabilities,
  type Tool,
} from '@modelcontextprotocol/client';
import { giveUpAfter } from '../../base/give-up-after.ts';
import { toError } from '../../base/thrown.ts';
import { type ToolRules, toolFilter, toolTimeoutOf } from '../config/tool-rules.ts';
import type { McpPool } from '../mcp-pool.ts';
import { RetryPace } from '../subscriptions/retry-pace.ts';
import type { McpList } from '../subscriptions/subscriptions.ts';

/** What a server lists. */
export interface Listed {
  readonly tools: readonly Tool[];
  readonly prompts: readonly Prompt[];
  readonly resources: readonly Resource[];
  readonly templates: readonly ResourceTemplateType[];
}

/** What a server says of itself. */
export interface ServerWords {
  readonly capabilities: ServerCapabilities;
  readonly version: Implementation | undefined;
  readonly instructions: string | undefined;
}

/** Whose lists these are, and who is told of them. */
interface ServerListsOptions {
  readonly name: string;
  /** The pool of the server, opened where it is not open. */
  readonly pool: () => McpPool;
  /** Which of its tools there are, by the server's names for them. */
  readonly rules?: ToolRules | undefined;
  /** Called when what the server lists is not what it was. */
  readonly changed: (list: McpList) => void;
}

const lists: readonly McpList[] = ['tools', 'prompts', 'resources'];
const nothing: Listed = { tools: [], prompts: [], resources: [], templates: [] };

/**
 * What one server lists: read when the server is first needed, and again when it says that something has changed or comes
 * up anew. While it is away, or its pool was closed because nobody needed it, what it listed last counts.
 */
export class ServerLists {
  readonly name: string;
  /** Whether a tool that the server calls so may be there: all others are hidden. */
  readonly hasTool: (tool: string) => boolean;
  /** How long a call of its tools may take, in milliseconds; `undefined`: as long as it likes. */
  readonly toolTimeoutMs: number | undefined;
  /** What is known; empty before the first reading. */
  listed: Listed = nothing;
  /** What the server said of itself when it was last up. */
  words: ServerWords | undefined;
  /** Why the last reading failed, or that of one of the lists. */
  error: Error | undefined;
  readonly #options: ServerListsOptions;
  readonly #pace = new RetryPace();
  #pool: McpPool | undefined;
  /** When its pool was first asked for anything, in milliseconds of the monotonic clock. */
  #startedAt = 0;
  /** Of its pool, by what each reads. */
  readonly #readings = new Map<McpList, Reading>();
  #reading: Promise<void> = Promise.resolve();
  readonly #end = new AbortController();
  /** It waits for a server as long as it takes. */
  readonly #patient = { timeoutMs: 0, signal: this.#end.signal };

  constructor(options: ServerListsOptions) {
    this.name = options.name;
    this.hasTool = toolFilter(options.rules ?? {});
    this.toolTimeoutMs = toolTimeoutOf(options.rules ?? {});
    this.#options = options;
  }

  /** The pool of the server, where it is open. */
  get pool(): McpPool | undefined {
    return this.#pool?.state.phase === 'open' ? this.#pool : undefined;
  }

  /** Whether the server was ever read. */
  get isKnown(): boolean {
    return this.words !== undefined;
  }

  /** Starts the server unless it runs. Resolves when its lists are known, or reading them has failed; never rejects. */
  start(): Promise<void> {
    let pool: McpPool;
    try {
      pool = this.#options.pool();
    } catch (error) {
      this.error = toError(error);
      return Promise.resolve();
    }
    if (pool !== this.#pool) {
      this.#pool = pool;
      this.#startedAt = performance.now();
      this.#readings.clear();
      this.#reading = this.#begin(pool);
    }
    return this.#reading;
  }

  /**
   * As `start`, but resolves at the latest when the start was so many milliseconds ago, whoever has waited for it; 0: as long
   * as it takes.
   */
  async startWithin(timeoutMs: number): Promise<void> {
    const started = this.start();
    if (timeoutMs === 0) return started;
    const leftMs = this.#startedAt + timeoutMs - performance.now();
    // What has failed already is told by the next turn.
    await new Promise<void>((resolve) => {
      const stop = giveUpAfter(Math.max(0, leftMs), resolve);
      void started.then(() => {
        stop();
        resolve();
      });
    });
  }

  /** Nobody asks for them any more: what waits for a connection to read them does so no longer. */
  end(): void {
    this.#end.abort();
  }

  async #begin(pool: McpPool): Promise<void> {
    try {
      const words = await pool.useAny(({ client }) => wordsOf(client), this.#patient);
      const readings = lists
        .filter((list) => words.capabilities[list] !== undefined)
        .map((list) => this.#readingOf(list, pool, words));
      const outcomes = await Promise.allSettled(readings.map((reading) => reading.read()));
      // A list that cannot be read takes no other along.
      this.words = words;
      for (const outcome of outcomes) if (outcome.status === 'rejected') throw toError(outcome.reason);
      this.error = undefined;
      this.#pace.begun();
    } catch (error) {
      // The end of its pool, or of this, says nothing of a server.
      if (pool !== this.pool || this.#end.signal.aborted) return;
      this.error = toError(error);
      this.#tryAgain(pool);
    }
  }

  /** The same each time, so that a change is followed once however often the lists are read. */
  #readingOf(list: McpList, pool: McpPool, { capabilities }: ServerWords): Reading {
    const known = this.#readings.get(list);
    if (known !== undefined) return known;
    const reading = new Reading(list, pool, this.#read.bind(this));
    this.#readings.set(list, reading);
    if (capabilities[list]?.listChanged === true) reading.follow();
    return reading;
  }

  /** A server that was away is tried again for as long as its pool is open; what fails for good, half a minute later. */
  #tryAgain(pool: McpPool): void {
    const again = (): void => {
      if (pool !== this.pool || this.#end.signal.aborted) return;
      pool.retry();
      this.#reading = this.#begin(pool);
    };
    setTimeout(again, this.#pace.ended()).unref();
  }

  async #read(list: McpList, pool: McpPool): Promise<void> {
    const read = await pool.useAny(({ client }) => listsOf[list](client), this.#patient);
    const before = this.listed;
    const all = { ...before, ...read };
    const after = { ...all, tools: all.tools.filter(({ name }) => this.hasTool(name)) };
    if (JSON.stringify(before) === JSON.stringify(after)) return;
    this.listed = after;
    this.#options.changed(list);
  }
}

/** The reading of one list, as often as the server says that it has changed. */
class Reading {
  readonly list: McpList;
  readonly #pool: McpPool;
  readonly #readList: (list: McpList, pool: McpPool) => Promise<void>;
  #underWay: Promise<void> | undefined;
  /** Whether the list has changed since the reading that is under way began. */
  #isOld = false;

  constructor(list: McpList, pool: McpPool, readList: (list: McpList, pool: McpPool) => Promise<void>) {
    this.list = list;
    this.#pool = pool;
    this.#readList = readList;
  }

  /** Reads it, and once more where it changes meanwhile. */
  read(): Promise<void> {
    this.#isOld = true;
    this.#underWay ??= this.#readUntilNew().finally(() => {
      this.#underWay = undefined;
    });
    return this.#underWay;
  }

  /** Reads it whenever it changes, until the pool ends. */
  follow(): void {
    const next = (): void => {
      // The next change, or the next start of the server, has it read again.
      this.read().catch(() => undefined);
    };
    const nothingMore = (): void => undefined;
    this.#pool.followList(this.list, { begun: next, next, error: nothingMore, complete: nothingMore });
  }

  async #readUntilNew(): Promise<void> {
    while (this.#isOld) {
      this.#isOld = false;
      await this.#readList(this.list, this.#pool);
    }
  }
}

const listsOf: Readonly<Record<McpList, (client: Client) => Promise<Partial<Listed>>>> = {
  tools: async (client) => ({ tools: (await client.listTools(undefined, NEW)).tools }),
  prompts: async (client) => ({ prompts: (await client.listPrompts(undefined, NEW)).prompts }),
  resources: async (client) => {
    const [{ resources }, { resourceTemplates }] = await Promise.all([
      client.listResources(undefined, NEW),
      client.listResourceTemplates(undefined, NEW).catch(noneWhereUnknown),
    ]);
    return { resources, templates: resourceTemplates };
  },
};

/** Servers with resources but without templates do not always know the method. */
function noneWhereUnknown(error: unknown): Pick<ListResourceTemplatesResult, 'resourceTemplates'> {
  if (error instanceof ProtocolError && error.code === METHOD_NOT_FOUND) return { resourceTemplates: [] };
  throw error;
}

/** Past the answers that the SDK keeps for as long as a server of the modern era says. */
const NEW = { cacheMode: 'refresh' } as const;

function wordsOf(client: Client): ServerWords {
  return {
    capabilities: client.getServerCapabilities() ?? {},
    version: client.getServerVersion(),
    instructions: client.getInstructions(),
  };
}
