import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Admission, type Refusal, isRefusal } from './admission.ts';
import { readAsset } from './assets.ts';
import { EventStream } from './event-stream.ts';
import { askedAt } from './mount.ts';
import type { HistoryPoint, HistoryRange, SecondList, WhyAnswer } from './protocol.ts';
import type { PoolFeed } from './pool-feed.ts';
import type { ListedPools } from './pool-list.ts';
import { exportOf } from './range-export.ts';
import { redirect, refuse, sendFile, sendJson, sendPart } from './responses.ts';

/** What answers are made of. */
interface AnswerParts {
  readonly listed: ListedPools;
  /** As in the options. */
  readonly path: string;
  readonly admission: Admission;
  /** By path. */
  readonly assets: ReadonlyMap<string, string>;
}

/** Answers a request that is let in. */
type Route = (query: URLSearchParams, response: ServerResponse) => void;

/** Streams that are open at once at most: each is an open page. */
const MOST_STREAMS = 64;

/** Answers requests; what is wrong with one is told, and never thrown. */
export class Answers {
  readonly #parts: AnswerParts;
  readonly #streams = new Set<EventStream>();
  readonly #routes: ReadonlyMap<string, Route>;

  constructor(parts: AnswerParts) {
    this.#parts = parts;
    const json =
      (answer: (query: URLSearchParams) => object): Route =>
      (query, response) => {
        sendJson(response, answer(query));
      };
    this.#routes = new Map<string, Route>([
      ['/api/pools', json(() => parts.listed.list())],
      ['/api/why', json(this.#why.bind(this))],
      ['/api/history', json(this.#history.bind(this))],
      ['/api/seconds', json(this.#seconds.bind(this))],
      ['/api/stream', this.#stream.bind(this)],
      ['/api/export', this.#export.bind(this)],
    ]);
  }

  /** `next` is called, and nothing done, for what is not asked of a dashboard. */
  readonly answer = (request: IncomingMessage, response: ServerResponse, next?: () => void): void => {
    const asked = askedAt(this.#parts.path, request);
    const route = asked.path === undefined ? undefined : this.#routeTo(asked.path);
    if (route === undefined && next !== undefined) {
      next();
      return;
    }
    const refusal = this.#parts.admission(request);
    if (refusal !== undefined) refuse(response, refusal);
    else if (route === undefined) refuse(response, { status: 404, error: 'there is no such page' });
    else if (asked.redirect !== undefined) redirect(response, asked.redirect);
    else route(asked.query, response);
  };

  #routeTo(path: string): Route | undefined {
    const asset = this.#parts.assets.get(path);
    if (asset === undefined) return this.#routes.get(path);
    return (_, response) => {
      void sendAsset(response, asset);
    };
  }

  #stream(query: URLSearchParams, response: ServerResponse): void {
    const feed = this.#feed(query);
    if (isRefusal(feed)) refuse(response, feed);
    else if (this.#streams.size >= MOST_STREAMS) {
      refuse(response, { status: 503, error: `${MOST_STREAMS} pages are open already` });
    } else if (response.req.method === 'HEAD') EventStream.begin(response).end();
    else {
      const stream = new EventStream(response, () => {
        this.#streams.delete(stream);
        leave();
      });
      this.#streams.add(stream);
      const leave = feed.add(stream);
    }
  }

  #export(query: URLSearchParams, response: ServerResponse): void {
    const file = exportOf(this.#parts.listed, query);
    if (isRefusal(file)) refuse(response, file);
    else sendFile(response, file);
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
    const asked = ['version', 'after', 'at'].filter((name) => query.has(name));
    const wrong = asked.find((name) => wholeNumber(query.get(name)) === undefined);
    if (wrong !== undefined) return { status: 400, error: `${wrong} must be a number` };
    const found = pastIn(feed, query);
    return found ?? { status: 404, error: 'nothing of this pool is recorded' };
  }

  #seconds(query: URLSearchParams): SecondList | Refusal {
    const feed = this.#feed(query);
    return isRefusal(feed) ? feed : feed.seconds;
  }

  #feed(query: URLSearchParams): PoolFeed | Refusal {
    const id = wholeNumber(query.get('pool'));
    if (id === undefined) return { status: 400, error: 'pool must be a number' };
    return this.#parts.listed.find(id) ?? { status: 404, error: `there is no pool ${id}` };
  }
}

function pastIn(feed: PoolFeed, query: URLSearchParams): HistoryPoint | HistoryRange | undefined {
  const [version, after, at] = ['version', 'after', 'at'].map((name) => wholeNumber(query.get(name)));
  if (version !== undefined) return feed.past(version);
  if (after !== undefined) return feed.pastAfter(after);
  return at === undefined ? feed.range : feed.pastAt(at);
}

async function sendAsset(response: ServerResponse, file: string): Promise<void> {
  try {
    sendPart(response, await readAsset(file));
  } catch {
    refuse(response, { status: 404, error: 'this file is missing' });
  }
}

function wholeNumber(text: string | null): number | undefined {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
