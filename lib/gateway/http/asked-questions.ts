import type { RequestId } from '@modelcontextprotocol/client';
import type { Reply } from './reply.ts';

/** How long a question waits for the answer of a client whose response is gone, in milliseconds. */
const GONE_MS = 10_000;

/**
 * Questions that a client may answer still though it is not known whether it is there: the response on which they were asked
 * is gone, or another node has to tell them. A while later `gone` is called with each that is open, once.
 */
export class AskedQuestions {
  readonly #open = new Set<RequestId>();
  readonly #gone: (id: RequestId) => void;

  constructor(gone: (id: RequestId) => void) {
    this.#gone = gone;
  }

  /** It was asked on the response to a request. */
  on(reply: Reply, id: RequestId): void {
    this.#open.add(id);
    reply.whenOver(() => {
      if (this.#open.has(id)) this.elsewhere(id);
    });
  }

  /** It was asked where nobody may listen. */
  elsewhere(id: RequestId): void {
    this.#open.add(id);
    setTimeout(() => {
      if (this.#open.delete(id)) this.#gone(id);
    }, GONE_MS).unref();
  }

  /** The client has answered it. */
  answered(id: RequestId): void {
    this.#open.delete(id);
  }
}
