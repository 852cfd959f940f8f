import { ProtocolError, ProtocolErrorCode, type RequestId } from '@modelcontextprotocol/client';
import type { Question, Questions } from './questions.ts';

/** What a client answers to questions, by their names. */
export type InputResponses = Readonly<Record<string, unknown>>;

interface OpenQuestion {
  readonly question: Question;
  readonly resolve: (answer: object) => void;
  readonly reject: (error: Error) => void;
}

/**
 * How long further questions are waited for, in milliseconds: a server that asks several at once writes each by itself, and
 * over TCP one may have to wait for the acknowledgement of the other, which takes 40.
 */
const TOGETHER_MS = 50;

/**
 * What a server of the legacy era asks in the course of one call of a client of the modern era. The client is not asked, but
 * answered with the questions, and comes back with its answers.
 */
export class CallQuestions implements Pick<Questions, 'ask'> {
  /** Called when there are questions, and all that came together are there. */
  readonly #park: () => void;
  readonly #open = new Map<string, OpenQuestion>();
  #asked = 0;
  #isParking = false;

  constructor(park: () => void) {
    this.#park = park;
  }

  ask(question: Question, _about: RequestId, signal: AbortSignal): Promise<object> {
    const name = `question_${++this.#asked}`;
    this.#parkSoon();
    return new Promise((resolve, reject) => {
      this.#open.set(name, { question, resolve, reject });
      signal.addEventListener('abort', () => {
        this.#open.delete(name);
        reject(nobody());
      });
    });
  }

  /** Takes answers; where some are missing, the questions are told once more. */
  answer(responses: InputResponses): void {
    for (const [name, { resolve }] of this.#open) {
      const response = Object.hasOwn(responses, name) ? responses[name] : undefined;
      if (typeof response !== 'object' || response === null) continue;
      this.#open.delete(name);
      resolve(response);
    }
    if (this.#open.size > 0) this.#park();
  }

  /** The answer that has the questions in it, by which the client finds the way back to its call. */
  inputRequired(requestState: string): object {
    const inputRequests = [...this.#open].map(([name, { question }]) => [name, withoutMeta(question)]);
    return {
      resultType: 'input_required',
      inputRequests: Object.fromEntries(inputRequests) as object,
      requestState,
    };
  }

  /** The call is over. */
  end(): void {
    for (const { reject } of this.#open.values()) reject(nobody());
    this.#open.clear();
  }

  readonly #parkNow = (): void => {
    this.#isParking = false;
    if (this.#open.size > 0) this.#park();
  };

  #parkSoon(): void {
    if (this.#isParking) return;
    this.#isParking = true;
    // On a busy loop the time may be up before what has come meanwhile was read.
    setTimeout(setImmediate, TOGETHER_MS, this.#parkNow);
  }
}

function withoutMeta({ method, params }: Question): Question {
  const { _meta, ...others } = params ?? {};
  return { method, params: others };
}

function nobody(): ProtocolError {
  return new ProtocolError(ProtocolErrorCode.MethodNotFound, 'nobody answers this now');
}
