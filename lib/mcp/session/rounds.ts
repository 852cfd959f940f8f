import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/client';
import { setTimeout as sleep } from 'node:timers/promises';
import type { McpRequest } from '../transport/mcp-request.ts';
import type { Question } from './questions.ts';

/** Rounds of one request at most, as in the SDK. */
const MOST_ROUNDS = 10;
/** How long a server that asks nothing, but wants the request once more, is left alone, in milliseconds; as in the SDK. */
const PAUSE_MS = 250;

/** What a server of the modern era answers in place of a result when it wants to know something first. */
export interface InputRequired {
  readonly inputRequests?: Readonly<Record<string, Question>>;
  readonly requestState?: string;
}

export function isInputRequired(result: object): result is InputRequired {
  return 'resultType' in result && result.resultType === 'input_required';
}

/** The rounds of one request, in each of which the client is asked and the request is sent again with what it says. */
export class Rounds {
  readonly #request: McpRequest;
  readonly #ask: (question: Question) => Promise<object>;
  #count = 0;

  constructor(request: McpRequest, ask: (question: Question) => Promise<object>) {
    this.#request = request;
    this.#ask = ask;
  }

  /** The request of the next round; rejects where the client fails to answer, and where there is no end of rounds. */
  async next({ inputRequests = {}, requestState }: InputRequired): Promise<McpRequest> {
    const { method, params } = this.#request;
    if (++this.#count > MOST_ROUNDS) {
      throw new ProtocolError(ProtocolErrorCode.InternalError, `${method} still asks after ${MOST_ROUNDS} rounds`);
    }
    const asked = Object.entries(inputRequests);
    if (asked.length === 0) await sleep(PAUSE_MS);
    const answered = await Promise.all(
      asked.map(async ([name, question]) => [name, await this.#ask(question)] as const),
    );
    return {
      method,
      params: {
        ...params,
        ...(answered.length > 0 && { inputResponses: Object.fromEntries(answered) }),
        ...(requestState !== undefined && { requestState }),
      },
    };
  }
}
