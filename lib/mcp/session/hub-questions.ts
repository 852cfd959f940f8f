import type {
  JSONRPCMessage,
  JSONRPCNotification,
  JSONRPCRequest,
  JSONRPCResponse,
  RequestId,
} from '@modelcontextprotocol/client';
import type { Tell } from './questions.ts';

/** Who has asked: what it is given to is the answer. */
interface Asking {
  receive(message: JSONRPCMessage): void;
}

/** A question that a server has asked, and its id there. */
interface Asked {
  readonly by: Asking;
  readonly id: RequestId;
}

/** What the servers of a hub ask and tell one client. Questions are numbered anew: those of two servers may have the same ids. */
export class HubQuestions {
  readonly #tell: Tell;
  readonly #open = new Map<RequestId, Asked>();
  #count = 0;

  constructor(tell: Tell) {
    this.#tell = tell;
  }

  /** Tells the client what a server says; `about`: the request of the client that it belongs to. */
  told(by: Asking, message: JSONRPCRequest | JSONRPCNotification, about: RequestId | undefined): void {
    if ('id' in message) {
      const id = `question-${++this.#count}`;
      this.#open.set(id, { by, id: message.id });
      this.#tell({ ...message, id }, about);
    } else this.#tell(message.method === 'notifications/cancelled' ? this.#takenBack(by, message) : message, about);
  }

  /** Gives the client's answer to whoever has asked; an answer to nothing that was asked is dropped. */
  answered(answer: JSONRPCResponse): void {
    const asked = answer.id === undefined ? undefined : this.#open.get(answer.id);
    if (answer.id === undefined || asked === undefined) return;
    this.#open.delete(answer.id);
    asked.by.receive({ ...answer, id: asked.id });
  }

  /** The same by the number that the client knows. */
  #takenBack(by: Asking, message: JSONRPCNotification): JSONRPCNotification {
    for (const [id, asked] of this.#open) {
      if (asked.by !== by || asked.id !== message.params?.['requestId']) continue;
      this.#open.delete(id);
      return { ...message, params: { ...message.params, requestId: id } };
    }
    return message;
  }
}
