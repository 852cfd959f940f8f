import { type AgentOptions, type HttpAgent, newAgent } from './agent.ts';
import type { HttpDispatcher, HttpHandler, HttpRequest } from './dispatcher.ts';

interface SharedAgentOptions extends AgentOptions {
  /** Of the server. */
  readonly origin: string;
}

/**
 * One agent for all connections to a server: it is made for the first request, and its sockets are closed when the last
 * connection has ended. Whoever opens a connection later begins anew.
 */
export class SharedAgent implements HttpDispatcher {
  readonly #options: SharedAgentOptions;
  /** What else the sockets of a server may be asked for, such as tokens, which is not behind its Unix socket. */
  readonly #beyond: SharedAgent | undefined;
  #agent: HttpAgent | undefined;
  #users = 0;

  constructor(options: SharedAgentOptions) {
    this.#options = options;
    if (options.socketPath !== undefined) this.#beyond = new SharedAgent({ ...options, socketPath: undefined });
  }

  /** To be called by whoever is going to use it, and the returned function when it is not used any more; once. */
  enter(): () => void {
    const leaveBeyond = this.#beyond?.enter();
    this.#users++;
    let hasLeft = false;
    return () => {
      if (hasLeft) return;
      hasLeft = true;
      leaveBeyond?.();
      if (--this.#users > 0) return;
      this.#agent?.destroy();
      this.#agent = undefined;
    };
  }

  dispatch(request: HttpRequest, handler: HttpHandler): unknown {
    if (this.#beyond && request.origin !== this.#options.origin) return this.#beyond.dispatch(request, handler);
    this.#agent ??= newAgent(this.#options);
    return this.#agent.dispatch(request, handler);
  }
}
