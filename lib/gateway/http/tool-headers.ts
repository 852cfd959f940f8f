import { type Subscription, retry, timer } from 'rxjs';
import type { ModernServers } from '../../mcp/session/modern-servers.ts';
import { ParamHeaders } from '../../mcp/transport/param-headers.ts';

/** How long a first call of a tool waits until the tools are known, in milliseconds. */
const PATIENCE_MS = 5000;

/** Which arguments of tools have to stand in headers as well, by the lists of the server. */
export class ToolHeaders {
  /** Whether the tools are known, so that nothing has to be waited for. */
  areKnown = false;
  readonly #servers: Pick<ModernServers, 'client' | 'topics'>;
  readonly #params = new ParamHeaders();
  #learning: Promise<void> | undefined;
  #changes: Subscription | undefined;

  constructor(servers: Pick<ModernServers, 'client' | 'topics'>) {
    this.#servers = servers;
  }

  /** In what the headers of a call and its parameters disagree; `undefined` where they do not. */
  fault(...args: Parameters<ParamHeaders['fault']>): string | undefined {
    return this.#params.isEmpty ? undefined : this.#params.fault(...args);
  }

  /** Asks for the tools; resolves when they are known, or cannot be found out. */
  learn(): Promise<void> {
    this.#learning ??= this.#learn().finally(() => {
      this.#learning = undefined;
    });
    return this.#learning;
  }

  /** A list of tools went by. */
  told(result: unknown): void {
    this.#params.learn('tools/list', { jsonrpc: '2.0', id: 0, result: Object(result) as Record<string, unknown> });
  }

  end(): void {
    this.#changes?.unsubscribe();
  }

  async #learn(): Promise<void> {
    this.#changes ??= this.#servers.topics
      .listChanges('tools')
      .pipe(retry({ delay: () => timer(PATIENCE_MS) }))
      .subscribe({
        next: () => (this.areKnown = false),
        error: () => undefined,
      });
    try {
      this.told(await this.#servers.client.listTools(undefined, { timeout: PATIENCE_MS }));
      this.areKnown = true;
    } catch (error) {
      // A server that answers with an error has no tools. One that does not answer is asked again by the next call.
      this.areKnown = typeof Reflect.get(Object(error) as object, 'code') === 'number';
    }
  }
}
