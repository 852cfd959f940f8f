import { type Tally, countFailure } from './tally.ts';

type Loose = Readonly<Record<string, unknown>>;

/** One call of one client, and what it may hear: whatever is of another call is strange. */
export class CrowdCall {
  /** Stands in all that the server tells and asks in the course of this call. */
  readonly who: string;
  /** Of its progress. */
  readonly token: string;
  readonly #tally: Tally;
  #progress = 0;
  #isOver = false;

  constructor(client: string, number: number, tally: Tally) {
    this.who = `${client} ${number}`;
    this.token = `token of ${this.who}`;
    this.#tally = tally;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** The parameters of the call. */
  get params(): { readonly name: string; readonly arguments: Loose; readonly _meta: Loose } {
    return { name: 'ask', arguments: { who: this.who }, _meta: { progressToken: this.token } };
  }

  /** What it answers when it is asked. */
  get answer(): Loose {
    return { role: 'assistant', model: 'none', content: { type: 'text', text: `said by ${this.who}` } };
  }

  /** Takes a notification that came in the course of this call. */
  told({ method, params }: { readonly method: string; readonly params: Loose }): void {
    if (method === 'notifications/progress') {
      this.#expect(params['progressToken'] === this.token && params['message'] === this.who, 'progress', params);
      this.#expect(Number(params['progress']) > this.#progress, 'the order of progress', params);
      this.#progress = Number(params['progress']);
    } else if (method === 'notifications/message') this.#expect(params['data'] === this.who, 'a log', params);
    else if (method !== 'notifications/cancelled') this.#expect(false, 'a notification', { method, params });
  }

  /** Takes a question that came in the course of this call. */
  asked(params: unknown): void {
    this.#expect(JSON.stringify(params).includes(`"text":"${this.who}"`), 'a question', params);
  }

  /** The answer has come, or the error. */
  ended(message: Loose): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { result, error } = message as { readonly result?: Loose; readonly error?: { readonly message: string } };
    if (error !== undefined) countFailure(this.#tally, error.message.replace(/\d+/g, 'N').slice(0, 80));
    else this.#answered(result ?? {});
  }

  /** Its client has given it up. */
  cancelled(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#tally.cancelled++;
  }

  #answered(result: Loose): void {
    const [content] = (result['content'] ?? []) as { readonly text: string }[];
    const { who, pid, said, failed } = JSON.parse(content?.text ?? '{}') as Loose;
    this.#expect(who === this.who, 'an answer', result);
    if (failed === undefined) {
      this.#expect(said === `said by ${this.who}`, 'what was answered', result);
      this.#tally.answered++;
    } else countFailure(this.#tally, `not asked: ${JSON.stringify(failed)}`);
    this.#tally.processes.add(Number(pid));
  }

  #expect(isTrue: boolean, what: string, heard: unknown): void {
    if (!isTrue) this.#tally.strange.push(`${this.who} has heard ${what}: ${JSON.stringify(heard)}`);
  }
}
