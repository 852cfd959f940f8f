import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Admission, type Refusal } from './admission.ts';
import { readAsset } from './assets.ts';
import { EventStream } from './event-stream.ts';
import type { HistoryPoint, HistoryRange, WhyAnswer } from './protocol.ts';
import type { PoolFeed } from './pool-feed.ts';
import type { ListedPools } from './pool-list.ts';

/** What answers are made of. */
interface AnswerParts {
  readonly listed: ListedPools;
  readonly admission: Admission;
  /** By path. */
  readonly assets: ReadonlyMap<string, string>;
}

/** Streams that are open at once at most: each is an open page. */
const MOST_STREAMS = 64;

/** Nothing but what is ours is loaded, run or connected to, and nobody shows it in a frame. */
const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

/** Answers requests; what is wrong with one is told, and never thrown. */
export class Answers {
  readonly #parts: AnswerParts;
  readonly #streams = new Set<EventStream>();

  constructor(parts: AnswerParts) {
    this.#parts = parts;
  }

  readonly answer = (request: IncomingMessage, response: ServerResponse): void => {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    const refusal = this.#parts.admission(request);
    if (refusal !== undefined) refuse(response, refusal);
    else this.#route(request.url ?? '/', response);
  };

  #route(url: string, response: ServerResponse): void {
    // Not `new URL`, which throws at what anybody may send: a request is never to end the process.
    const [pathname = '/'] = url.split('?', 1);
    const searchParams = new URLSearchParams(url.slice(pathname.length));
    const asset = this.#parts.assets.get(pathname);
    if (asset !== undefined) void sendAsset(response, asset);
    else if (pathname === '/api/pools') sendJson(response, this.#parts.listed.list());
    else if (pathname === '/api/stream') this.#stream(searchParams, response);
    else if (pathname === '/api/why') sendJson(response, this.#why(searchParams));
    else if (pathname === '/api/history') sendJson(response, this.#history(searchParams));
    else refuse(response, { status: 404, error: 'there is no such page' });
  }

  #stream(query: URLSearchParams, response: ServerResponse): void {
    const feed = this.#feed(query);
    if (isRefusal(feed)) refuse(response, feed);
    else if (this.#streams.size >= MOST_STREAMS) {
      refuse(response, { status: 503, error: `${MOST_STREAMS} pages are open already` });
    } else {
      const stream = new EventStream(response, () => {
        this.#streams.delete(stream);
        leave();
      });
      this.#streams.add(stream);
      const leave = feed.add(stream);
    }
  }

  #why(query: URLSearchParams): WhyAnswer | Refusal {
    const feed = this.#feed(query);
    if (isRefusal(feed)) return feed;
    const [connection, waiter, lease] = ['connection', 'waiter', 'lease'].map((name) => wholeNumber(query.get(name)));
    const { pool } = feed;
    if (connection !== undefined) return { account: pool.why({ connection }) ?? null };
    if (waiter !== undefined) return { account: pool.why({ waiter }) ?? null };
    if (lease !== undefined) return { account: pool.why({ lease }) ?? null };
    return { status: 400, error: 'connection, waiter or lease must be a number' };
  }

  #history(query: URLSearchParams): HistoryPoint | HistoryRange | Refusal {
    const feed = this.#feed(query);
    if (isRefusal(feed)) return feed;
    const version = wholeNumber(query.get('version'));
    if (version === undefined && query.has('version')) return { status: 400, error: 'version must be a number' };
    const found = version === undefined ? feed.range : feed.past(version);
    return found ?? { status: 404, error: 'nothing of this pool is recorded' };
  }

  #feed(query: URLSearchParams): PoolFeed | Refusal {
    const id = wholeNumber(query.get('pool'));
    if (id === undefined) return { status: 400, error: 'pool must be a number' };
    return this.#parts.listed.find(id) ?? { status: 404, error: `there is no pool ${id}` };
  }
}

async function sendAsset(response: ServerResponse, file: string): Promise<void> {
  try {
    const { type, content } = await readAsset(file);
    response.writeHead(200, { 'content-type': type }).end(content);
  } catch {
    refuse(response, { status: 404, error: 'this file is missing' });
  }
}

function sendJson(response: ServerResponse, answer: object): void {
  if (isRefusal(answer)) refuse(response, answer);
  else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
}

function refuse(response: ServerResponse, { status, error }: Refusal): void {
  if (status === 405) response.setHeader('allow', 'GET');
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
}

function isRefusal(answer: object): answer is Refusal {
  return 'status' in answer && 'error' in answer;
}

function wholeNumber(text: string | null): number | undefined {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
