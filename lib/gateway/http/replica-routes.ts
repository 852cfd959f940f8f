import type { JSONRPCRequest } from '@modelcontextprotocol/client';
import { nodeOfQuestion } from '../replicas/question-node.ts';
import type { Replicas } from '../replicas/replicas.ts';
import type { Upstreams } from '../upstreams.ts';
import type { Asker } from './asker.ts';
import { SESSION_ID, headerOf } from './headers.ts';
import type { Sessions } from './sessions.ts';

const STATE = /^n([\w-]{8})\.([\s\S]*)$/;

/** Which of several nodes has to serve what a client sends. */
export class ReplicaRoutes {
  readonly #replicas: Replicas;
  readonly #sessions: Sessions;
  readonly #upstreams: Upstreams;

  constructor(replicas: Replicas, sessions: Sessions, upstreams: Upstreams) {
    this.#replicas = replicas;
    this.#sessions = sessions;
    this.#upstreams = upstreams;
  }

  /** The node that has to; `undefined` where this one can. `body`: what was posted, if anything was. */
  nodeFor({ headers, principal }: Asker, body?: unknown): string | undefined {
    const node =
      nodeOfRound(body) ?? nodeOfAnswer(body) ?? this.#nodeOfSession(headerOf(headers, SESSION_ID), principal);
    return node === this.#replicas.node ? undefined : node;
  }

  /** The node that keeps something for this session which others do not have. */
  #nodeOfSession(id: string | undefined, principal: string): string | undefined {
    if (id === undefined || !this.#upstreams.isPinned || this.#sessions.get(id) !== undefined) return undefined;
    return this.#replicas.open(id, principal)?.node;
  }
}

/** The same result with the node that has the next round of the request, where it has a state. */
export function roundWithNode(result: unknown, node: string): unknown {
  const { requestState } = Object(result) as { readonly requestState?: unknown };
  if (typeof requestState !== 'string') return result;
  return { ...(result as object), requestState: `n${node}.${requestState}` };
}

/** The same request without the node. */
export function roundWithoutNode(request: JSONRPCRequest): JSONRPCRequest {
  const [, , state] = STATE.exec(String(request.params?.['requestState'])) ?? [];
  return state === undefined ? request : { ...request, params: { ...request.params, requestState: state } };
}

function nodeOfRound(body: unknown): string | undefined {
  const { params } = Object(body) as { readonly params?: unknown };
  const { requestState } = Object(params) as { readonly requestState?: unknown };
  return typeof requestState === 'string' ? STATE.exec(requestState)?.[1] : undefined;
}

/** Of several messages the first answer decides: whatever comes with it any node can serve. */
function nodeOfAnswer(body: unknown): string | undefined {
  if (Array.isArray(body)) return body.map(nodeOfAnswer).find((node) => node !== undefined);
  const message = Object(body) as { readonly id?: unknown; readonly method?: unknown };
  return message.method === undefined ? nodeOfQuestion(message.id) : undefined;
}
