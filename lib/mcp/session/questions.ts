import {
  type JSONRPCMessage,
  type JSONRPCRequest,
  type JSONRPCResponse,
  ProtocolError,
  ProtocolErrorCode,
  type RequestId,
} from '@modelcontextprotocol/client';

/** Tells the client something; `about`: the request of the client that it belongs to. */
export type Tell = (message: JSONRPCMessage, about?: RequestId) => void;

/** What a server asks, without its id. */
export type Question = Pick<JSONRPCRequest, 'method' | 'params'>;

interface OpenQuestion {
  resolve(answer: object): void;
  reject(error: Error): void;
}

/**
 * The questions of servers to the client of a session. They are numbered anew, since those of two connections may have the
 * same ids. Their ids are texts: claude-agent-sdk takes a question for the answer to the request that has the same id, and
 * clients number their requests.
 */
export class Questions {
  readonly #tell: Tell;
  readonly #open = new Map<RequestId, OpenQuestion>();
  #asked = 0;

  constructor(tell: Tell) {
    this.#tell = tell;
  }

  /** Asks the client, in the course of one of its requests; the signal takes the question back. */
  ask({ method, params }: Question, about: RequestId, signal: AbortSignal): Promise<object> {
    const id = `question-${++this.#asked}`;
    return new Promise((resolve, reject) => {
      const takeBack = (): void => {
        if (!this.#open.delete(id)) return;
        this.#tell({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id } }, about);
        reject(new ProtocolError(ProtocolErrorCode.MethodNotFound, 'nobody answers this now'));
      };
      this.#open.set(id, { resolve, reject });
      signal.addEventListener('abort', takeBack, { once: true });
      this.#tell({ jsonrpc: '2.0', id, method, ...(params && { params }) }, about);
    });
  }

  /** The client has answered; an answer to nothing that was asked is dropped. */
  answered(answer: JSONRPCResponse): void {
    const { id } = answer;
    const question = id === undefined ? undefined : this.#open.get(id);
    if (id === undefined || question === undefined) return;
    this.#open.delete(id);
    if ('result' in answer) {
      question.resolve(answer.result);
      return;
    }
    const { code, message, data } = answer.error;
    question.reject(new ProtocolError(code, message, data));
  }

  /** The client is gone. */
  end(): void {
    for (const question of this.#open.values()) {
      question.reject(new ProtocolError(ProtocolErrorCode.MethodNotFound, 'the client is gone'));
    }
    this.#open.clear();
  }
}
