import { ProtocolError, ProtocolErrorCode, UriTemplate } from '@modelcontextprotocol/client';
import type { Observable } from 'rxjs';
import { report } from '../../base/report.ts';
import { didYouMean, nearest } from '../../base/known-options.ts';
import { messageOf } from '../../base/thrown.ts';
import { type Prefixes, mayBeCut, nameAmong, prefixesOf } from './names.ts';
import type { Listed, ServerLists } from './server-lists.ts';

/** Where a request goes: to which server, and by which name the server knows what it asks for. */
export interface Route {
  readonly server: string;
  readonly name: string;
}

/** What is called by a name. */
type NamedList = 'tools' | 'prompts';

/** How lists are put together. */
interface CatalogueOptions {
  /** Whether tools and prompts are called as their servers call them. */
  readonly isBare: boolean;
  /** How long a server that was never read may keep the others waiting, in milliseconds; 0: as long as it takes. */
  readonly timeoutMs: number;
  /** Emits when a list of a server has changed. */
  readonly changed$: Observable<unknown>;
}

/** The lists of several servers as one, and which server each of their entries belongs to. */
export class Catalogue {
  #servers: readonly ServerLists[] = [];
  /** Absent where names are bare. */
  #prefixes: Prefixes | undefined;
  readonly #timeoutMs: number;
  /** What was made of the lists since they last changed. */
  #merged: Merged | undefined;

  constructor(servers: readonly ServerLists[], { isBare, timeoutMs, changed$ }: CatalogueOptions) {
    this.take(servers, isBare);
    this.#timeoutMs = timeoutMs;
    const next = (): void => {
      this.#merged = undefined;
    };
    changed$.subscribe({ next, error: report });
  }

  /** Puts the lists of these servers together from now on. */
  take(servers: readonly ServerLists[], isBare: boolean): void {
    this.#servers = servers;
    this.#prefixes = isBare ? undefined : prefixesOf(servers.map(({ name }) => name));
    this.#merged = undefined;
  }

  /** The name of the server, where it is the only one. */
  get only(): string | undefined {
    return this.#servers.length === 1 ? this.#servers[0]?.name : undefined;
  }

  /** How long calls of the tools of a server may take, in milliseconds; `undefined`: as long as they like. */
  toolTimeoutOf(server: string): number | undefined {
    return this.#servers.find(({ name }) => name === server)?.toolTimeoutMs;
  }

  /** What is known of the lists of all servers. */
  get listed(): Listed {
    return this.#current.listed;
  }

  /** Starts all servers that were never read, and resolves when all have been, or time is up: then what is known counts. */
  async read(timeoutMs: number = this.#timeoutMs): Promise<Listed> {
    await this.#started(this.#servers, timeoutMs);
    return this.listed;
  }

  /** Whether all servers have been read. */
  get isKnown(): boolean {
    return this.#servers.every(({ isKnown }) => isKnown);
  }

  /** Where a tool or prompt of this name is. Rejects with a `ProtocolError` where no server has it. */
  async named(list: NamedList, name: string): Promise<Route> {
    const known = this.#current[list].get(name);
    if (known !== undefined) return known;
    const prefixes = this.#prefixes;
    const [only] = this.#servers;
    if (only !== undefined && this.only !== undefined && prefixes === undefined) {
      return this.#mayHave(list, only, name) ? { server: only.name, name } : this.#unknown(list, name, []);
    }
    const prefixOf = (server: ServerLists): string => prefixes?.get(server.name) ?? '';
    const possible = this.#servers.filter((server) => name.startsWith(prefixOf(server)));
    const [likely] = possible;
    // A server may have more than it lists: whether there is such a tool is for the server to say.
    if (likely !== undefined && possible.length === 1 && prefixes !== undefined && !mayBeCut(name)) {
      const own = name.slice(prefixOf(likely).length);
      return this.#mayHave(list, likely, own) ? { server: likely.name, name: own } : this.#unknown(list, name, []);
    }
    await this.#started(possible);
    return this.#current[list].get(name) ?? this.#unknown(list, name, possible);
  }

  /** Where the resource is, by who lists it or whose template it fits. Rejects where no server has it, or two have. */
  async resource(uri: string): Promise<Route> {
    if (this.only !== undefined) return { server: this.only, name: uri };
    await this.read();
    const listing = this.#servers.filter(({ listed }) => listed.resources.some((resource) => resource.uri === uri));
    const owners = listing.length > 0 ? listing : this.#servers.filter(({ listed }) => fits(listed, uri));
    const [owner] = owners;
    if (owner !== undefined && owners.length === 1) return { server: owner.name, name: uri };
    const said = owner === undefined ? 'no server has' : `${owners.map(({ name }) => name).join(' and ')} all have`;
    throw invalid(`${said} the resource ${uri}${this.#away(this.#servers)}`);
  }

  /** Where the template of resources is. Rejects as `resource` does. */
  async template(uriTemplate: string): Promise<Route> {
    await this.read();
    const isListed = ({ listed }: ServerLists): boolean =>
      listed.templates.some((template) => template.uriTemplate === uriTemplate);
    const owner = this.#servers.find(isListed);
    return owner === undefined ? this.resource(uriTemplate) : { server: owner.name, name: uriTemplate };
  }

  /** Whether a server may have what it calls so: tools may be hidden. */
  #mayHave(list: NamedList, server: ServerLists, name: string): boolean {
    return list !== 'tools' || server.hasTool(name);
  }

  get #current(): Merged {
    return (this.#merged ??= merged(this.#servers, this.#prefixes));
  }

  /** Starts those that were never read, and waits for them; not again for what hangs, once that has had its time. */
  async #started(servers: readonly ServerLists[], timeoutMs = this.#timeoutMs): Promise<void> {
    const unknown = servers.filter(({ isKnown }) => !isKnown);
    await Promise.all(unknown.map((server) => server.startWithin(timeoutMs)));
  }

  #unknown(list: NamedList, name: string, possible: readonly ServerLists[]): never {
    const others = [...this.#current[list].keys()];
    const what = list === 'tools' ? 'tool' : 'prompt';
    throw invalid(`there is no ${what} ${name}${didYouMean(nearest(name, others))}${this.#away(possible)}`);
  }

  /** Which of these servers are not there, and why: they may have what is looked for. */
  #away(servers: readonly ServerLists[]): string {
    const away = servers.filter(({ error, isKnown }) => !isKnown && error !== undefined);
    return away.map(({ name, error }) => `; ${name} is not there: ${messageOf(error)}`).join('');
  }
}

/** The lists of all servers as one, and where the names lead. */
interface Merged {
  readonly listed: Listed;
  readonly tools: ReadonlyMap<string, Route>;
  readonly prompts: ReadonlyMap<string, Route>;
}

function merged(servers: readonly ServerLists[], prefixes: Prefixes | undefined): Merged {
  const [tools, toolRoutes] = renamed(servers, ({ listed }) => listed.tools, prefixes);
  const [prompts, promptRoutes] = renamed(servers, ({ listed }) => listed.prompts, prefixes);
  const resources = distinct(
    servers.flatMap(({ listed }) => listed.resources),
    ({ uri }) => uri,
  );
  const templates = distinct(
    servers.flatMap(({ listed }) => listed.templates),
    ({ uriTemplate }) => uriTemplate,
  );
  return { listed: { tools, prompts, resources, templates }, tools: toolRoutes, prompts: promptRoutes };
}

/** The entries by their names among those of all servers; a name that two of them have is hidden. */
function renamed<Entry extends { readonly name: string }>(
  servers: readonly ServerLists[],
  entriesOf: (server: ServerLists) => readonly Entry[],
  prefixes: Prefixes | undefined,
): [entries: Entry[], routes: ReadonlyMap<string, Route>] {
  const routes = new Map<string, Route | undefined>();
  const entries: Entry[] = [];
  for (const server of servers) {
    const prefix = prefixes?.get(server.name);
    // What a server lists twice is still one thing.
    for (const entry of distinct(entriesOf(server), ({ name }) => name)) {
      const name = prefix === undefined ? entry.name : nameAmong(prefix, entry.name);
      routes.set(name, routes.has(name) ? undefined : { server: server.name, name: entry.name });
      entries.push(name === entry.name ? entry : { ...entry, name });
    }
  }
  const isKept = (pair: [string, Route | undefined]): pair is [string, Route] => pair[1] !== undefined;
  const kept = new Map([...routes].filter(isKept));
  return [entries.filter(({ name }) => kept.has(name)), kept];
}

function distinct<Entry>(entries: readonly Entry[], keyOf: (entry: Entry) => string): Entry[] {
  return [...new Map(entries.map((entry) => [keyOf(entry), entry])).values()];
}

function fits({ templates }: Listed, uri: string): boolean {
  return templates.some(({ uriTemplate }) => new UriTemplate(uriTemplate).match(uri) !== null);
}

function invalid(message: string): ProtocolError {
  return new ProtocolError(ProtocolErrorCode.InvalidParams, message);
}
