import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  type ClientCapabilities,
  LOG_LEVEL_META_KEY,
  PROTOCOL_VERSION_META_KEY,
} from '@modelcontextprotocol/client';
import type { McpRequest } from '../transport/mcp-request.ts';
import { promiseFor } from './caller.ts';
import type { Questions, Tell } from './questions.ts';
import type { RelayCaller } from './relayed.ts';

type Loose = Readonly<Record<string, unknown>>;

/** Who takes what a modern client is told and asked. */
export interface ModernCallerParts {
  readonly tell: Tell;
  readonly understand: NonNullable<RelayCaller['understand']>;
  /** Takes what a server of the legacy era asks. */
  readonly questions: Pick<Questions, 'ask'>;
}

/** A client of the modern era in the course of one request, which says all that has to be known of it. */
export class ModernCaller implements RelayCaller {
  readonly understand: NonNullable<RelayCaller['understand']>;
  readonly level: string | undefined;
  readonly questions: Pick<Questions, 'ask'>;
  /** What a server has asked for though the client has not announced it; `undefined` so far. */
  missing: keyof ClientCapabilities | undefined;
  readonly #tell: Tell;
  readonly #capabilities: ClientCapabilities;

  constructor({ params }: McpRequest, { tell, understand, questions }: ModernCallerParts) {
    this.understand = understand;
    const meta = Object(params?.['_meta']) as Loose;
    this.#capabilities = Object(meta[CLIENT_CAPABILITIES_META_KEY]) as ClientCapabilities;
    this.level = meta[LOG_LEVEL_META_KEY] as string | undefined;
    this.questions = questions;
    this.#tell = tell;
  }

  get isInvolved(): boolean {
    return this.level !== undefined || Object.values(promiseFor).some((name) => this.#capabilities[name] !== undefined);
  }

  /** Tells the client; not the log, unless it has asked for that. */
  readonly tell: Tell = (message, about) => {
    const isLog = 'method' in message && message.method === 'notifications/message';
    if (!isLog || this.level !== undefined) this.#tell(message, about);
  };

  answers(method: string): boolean {
    const promise = promiseFor[method];
    if (promise === undefined) return false;
    if (this.#capabilities[promise] === undefined) this.missing ??= promise;
    return this.#capabilities[promise] !== undefined;
  }

  /** As it is; without its wish for the log where nobody could tell whose that is. */
  inModernEra(request: McpRequest, isShared: boolean): McpRequest {
    if (!isShared || this.level === undefined) return request;
    const meta = { ...(request.params?.['_meta'] as Loose), [LOG_LEVEL_META_KEY]: undefined };
    return { ...request, params: { ...request.params, _meta: meta } };
  }

  /** Without what only the modern era knows. */
  inLegacyEra({ method, params }: McpRequest): McpRequest {
    const { _meta, inputResponses, requestState, ...others } = params ?? {};
    const meta = Object.entries(Object(_meta) as Loose).filter(([key]) => !Object.hasOwn(ofEnvelope, key));
    return { method, params: { ...others, ...(meta.length > 0 && { _meta: Object.fromEntries(meta) }) } };
  }
}

const ofEnvelope = {
  [PROTOCOL_VERSION_META_KEY]: true,
  [CLIENT_INFO_META_KEY]: true,
  [CLIENT_CAPABILITIES_META_KEY]: true,
  [LOG_LEVEL_META_KEY]: true,
};
