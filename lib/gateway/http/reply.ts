import type { ServerResponse } from 'node:http';
import { type AnswerStatus, OK } from './error-status.ts';
import { EventStream, type Heart } from './event-stream.ts';
import { STREAM_TYPE } from './headers.ts';
import { sendJson } from './refusal.ts';

/** What a response begins with. */
export interface ReplyOptions {
  /** Headers beyond the usual ones: names and values in turn. */
  readonly headers?: readonly string[] | undefined;
  /** How many answers are to come, where they are a batch. */
  readonly batch?: number;
}

/**
 * The response to what a client has asked in one POST: plain JSON where nothing is told before the answer, an event stream
 * otherwise. All texts are messages as JSON.
 */
export class Reply {
  /** Headers beyond the usual ones: names and values in turn. */
  headers: readonly string[] | undefined;
  readonly #response: ServerResponse;
  readonly #heart: Heart;
  readonly #isBatch: boolean;
  #stream: EventStream | undefined;
  /** Answers of a batch that wait for the others. */
  #answers: string[] = [];
  /** How many are still to come. */
  #missing: number;

  constructor(response: ServerResponse, heart: Heart, { headers, batch }: ReplyOptions = {}) {
    this.#response = response;
    this.#heart = heart;
    this.headers = headers;
    this.#isBatch = batch !== undefined;
    this.#missing = batch ?? 1;
  }

  /** Tells something before an answer; `false` where nobody is there to hear it. */
  tell(message: string): boolean {
    if (this.#response.destroyed || this.#response.writableEnded) return false;
    this.#streamed().send(message);
    return true;
  }

  /** Calls back when the response is over, be it that the client has closed it. */
  whenOver(over: () => void): void {
    this.#response.once('close', over);
  }

  /** One of the answers has come. `status`: of the response, where that has not begun and is for this answer alone. */
  answer(message: string, { status, headers }: AnswerStatus = OK): void {
    this.#missing--;
    if (this.#stream !== undefined) {
      if (this.#missing > 0) this.#stream.send(message);
      else this.#stream.end(message);
    } else if (this.#isBatch) {
      this.#answers.push(message);
      if (this.#missing === 0) this.#endBatch();
    } else sendJson(this.#response, status, message, headers ?? this.headers);
  }

  /** One of the answers will not come: its request was cancelled. */
  drop(): void {
    this.#missing--;
    if (this.#missing > 0) return;
    if (this.#stream !== undefined) this.#stream.end();
    else if (this.#isBatch) this.#endBatch();
    // An event stream without events says that nothing comes; JSON would have to say something.
    else this.#response.writeHead(200, [...STREAM_TYPE]).end();
  }

  #endBatch(): void {
    if (this.#answers.length === 0) this.#response.writeHead(202).end();
    else sendJson(this.#response, 200, `[${this.#answers.join()}]`, this.headers);
  }

  #streamed(): EventStream {
    if (this.#stream !== undefined) return this.#stream;
    const stream = new EventStream(this.#response, this.#heart, this.headers);
    for (const answer of this.#answers) stream.send(answer);
    this.#stream = stream;
    return stream;
  }
}
