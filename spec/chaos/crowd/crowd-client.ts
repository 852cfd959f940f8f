import { setTimeout as sleep } from 'node:timers/promises';
import { type HttpExchange, McpHttpClient } from '../../support/mcp-http-client.ts';
import { enveloped, modernHeaders } from '../../support/modern-request.ts';
import { CrowdCall } from './crowd-call.ts';
import type { Tally } from './tally.ts';

type Loose = Readonly<Record<string, unknown>>;

/** What a client does to its calls, each a probability. */
export interface Whims {
  /** Cancels a call after so many milliseconds at most. */
  readonly cancels: number;
  /** Vanishes in the middle of a call, without a word; somebody else comes in its place. */
  readonly vanishes: number;
}

const CAPABILITIES = { sampling: {} };
/** Within so many milliseconds a call that is given up is given up. */
const WHIM_MS = 20;

/** A client that calls, answers what it is asked, and sometimes gives up. */
export interface CrowdClient {
  /** Makes one call; resolves when that is over, whatever has become of it. */
  call(): Promise<void>;
  close(): Promise<void>;
}

/** What all clients are made of. */
export interface CrowdClientParts {
  readonly url: string;
  readonly name: string;
  readonly tally: Tally;
  readonly whims: Whims;
  readonly random: () => number;
}

/** A client of the legacy era: a session, with questions on the response to the call. */
export class LegacyCrowdClient implements CrowdClient {
  readonly #parts: CrowdClientParts;
  #http: McpHttpClient;
  #calls = 0;
  #isIntroduced = false;

  constructor(parts: CrowdClientParts) {
    this.#parts = parts;
    this.#http = new McpHttpClient(parts.url);
  }

  async call(): Promise<void> {
    const { name, tally, whims, random } = this.#parts;
    if (!this.#isIntroduced) await this.#introduce();
    const call = new CrowdCall(name, ++this.#calls, tally);
    const request = this.#http.request('tools/call', call.params);
    const heard = this.#hear.bind(this, call);
    const exchange = await this.#http.send(request, { heard });
    const whim = random();
    if (whim < whims.vanishes) await this.#vanish(call);
    else if (whim < whims.vanishes + whims.cancels) await this.#cancel(call, request.id, exchange);
    else await exchange.over;
    if (!call.isOver) tally.strange.push(`${call.who} was never answered: ${exchange.text()}`);
  }

  async close(): Promise<void> {
    await this.#http.close();
  }

  async #introduce(): Promise<void> {
    await this.#http.introduce(CAPABILITIES);
    this.#isIntroduced = true;
    // One of two wants to hear the log.
    if (this.#parts.random() < 0.5) await this.#http.ask('logging/setLevel', { level: 'debug' });
  }

  #hear(call: CrowdCall, message: Loose): void {
    const { id, method, params } = message as {
      readonly id?: string;
      readonly method?: string;
      readonly params: Loose;
    };
    if (method === undefined) call.ended(message);
    else if (id === undefined) call.told({ method, params });
    else {
      call.asked(params);
      this.#http.post({ jsonrpc: '2.0', id, result: call.answer }).catch(() => undefined);
    }
  }

  async #cancel(call: CrowdCall, requestId: number, exchange: HttpExchange): Promise<void> {
    await sleep(this.#parts.random() * WHIM_MS);
    if (call.isOver) return;
    call.cancelled();
    await this.#http.post({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId } });
    await exchange.over;
  }

  /** Nobody answers what it is asked; its session is left behind. */
  async #vanish(call: CrowdCall): Promise<void> {
    await sleep(this.#parts.random() * WHIM_MS);
    call.cancelled();
    await this.#http.close();
    this.#http = new McpHttpClient(this.#parts.url);
    this.#isIntroduced = false;
  }
}

/** A client of the modern era, whose calls to such servers are answered by questions. */
export class ModernCrowdClient implements CrowdClient {
  readonly #parts: CrowdClientParts;
  readonly #http: McpHttpClient;
  #calls = 0;

  constructor(parts: CrowdClientParts) {
    this.#parts = parts;
    this.#http = new McpHttpClient(parts.url);
  }

  async call(): Promise<void> {
    const { name, tally, whims, random } = this.#parts;
    const call = new CrowdCall(name, ++this.#calls, tally);
    const isWhimsical = random() < whims.cancels + whims.vanishes;
    let more: Loose = {};
    while (!call.isOver) {
      const exchange = await this.#send(call, more);
      if (isWhimsical && random() < 0.5) {
        await sleep(random() * WHIM_MS);
        call.cancelled();
        exchange.close();
        return;
      }
      await exchange.over;
      more = this.#next(call, exchange.messages.at(-1) ?? {});
    }
  }

  close(): Promise<void> {
    return this.#http.close();
  }

  #send(call: CrowdCall, more: Loose): Promise<HttpExchange> {
    const { _meta, ...params } = call.params;
    const request = this.#http.request('tools/call', enveloped({ ...params, ...more }, CAPABILITIES, _meta));
    const heard = ({ method, params: told }: Loose): void => {
      if (typeof method === 'string') call.told({ method, params: told as Loose });
    };
    return this.#http.send(request, { headers: modernHeaders('tools/call', 'ask'), heard });
  }

  /** What goes with the next round; the call is over where there is none. */
  #next(call: CrowdCall, message: Loose): Loose {
    const { resultType, inputRequests, requestState } = Object(message['result']) as Loose;
    if (resultType !== 'input_required') {
      call.ended(message);
      return {};
    }
    const questions = Object.entries(inputRequests as Readonly<Record<string, { readonly params: unknown }>>);
    for (const [, { params }] of questions) call.asked(params);
    return { requestState, inputResponses: Object.fromEntries(questions.map(([name]) => [name, call.answer])) };
  }
}
