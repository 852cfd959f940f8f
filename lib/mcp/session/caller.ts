import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  type ClientCapabilities,
  LOG_LEVEL_META_KEY,
} from '@modelcontextprotocol/client';
import type { McpRequest } from '../transport/mcp-request.ts';
import { Questions, type Tell } from './questions.ts';
import type { RelayCaller } from './relayed.ts';

/** What a client has to have promised for each question of a server. */
export const promiseFor: Readonly<Record<string, 'sampling' | 'elicitation' | 'roots'>> = {
  'sampling/createMessage': 'sampling',
  'elicitation/create': 'elicitation',
  'roots/list': 'roots',
};

/** The client of a session: what it has said of itself, and the way to it. */
export class Caller implements RelayCaller {
  /** From which level on it wants to hear the log; `undefined`: as the server likes. */
  level: string | undefined;
  readonly tell: Tell;
  readonly questions: Questions;
  #capabilities: ClientCapabilities = {};
  #info: unknown;

  constructor(tell: Tell) {
    this.tell = tell;
    this.questions = new Questions(tell);
  }

  /** It has said who it is, by the parameters of `initialize`. */
  introduced(params: McpRequest['params']): void {
    this.#capabilities = Object(params?.['capabilities']) as ClientCapabilities;
    this.#info = params?.['clientInfo'];
  }

  /** Whether it may be asked this. What nobody knows it is asked too; a `ping` is for the connection. */
  answers(method: string): boolean {
    const promise = promiseFor[method];
    return promise === undefined ? method !== 'ping' : this.#capabilities[promise] !== undefined;
  }

  /** Whether it hears, or is asked, anything besides the answer and the progress of its requests. */
  get isInvolved(): boolean {
    return this.level !== undefined || Object.keys(promiseFor).some((method) => this.answers(method));
  }

  inLegacyEra(request: McpRequest): McpRequest {
    return request;
  }

  /**
   * The same request as one of the modern era, in which each says what may be asked and told meanwhile. `isShared`: nobody
   * can tell whose the log of the connection is.
   */
  inModernEra({ method, params }: McpRequest, isShared: boolean): McpRequest {
    const { sampling, elicitation, roots } = this.#capabilities;
    const capabilities = {
      ...(sampling && { sampling }),
      ...(elicitation && { elicitation }),
      ...(roots && { roots }),
    };
    const meta = {
      [CLIENT_CAPABILITIES_META_KEY]: capabilities,
      ...(this.#info !== undefined && { [CLIENT_INFO_META_KEY]: this.#info }),
      ...(this.level !== undefined && !isShared && { [LOG_LEVEL_META_KEY]: this.level }),
      ...(params?.['_meta'] as object | undefined),
    };
    return { method, params: { ...params, _meta: meta } };
  }
}
