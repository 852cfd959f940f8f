import { Observable, type Unsubscribable, share } from 'rxjs';
import { checkText } from '../transport/limits.ts';
import type { Topic } from './server-subscription.ts';
import { Following, type SubscriptionHost, type TopicListener } from './following.ts';
import { keepSubscribed } from './keep-subscribed.ts';
import { messageOf } from '../../base/thrown.ts';

/** The lists whose changes a server reports. */
export type McpList = 'tools' | 'prompts' | 'resources';

const filters = {
  tools: { toolsListChanged: true },
  prompts: { promptsListChanged: true },
  resources: { resourcesListChanged: true },
} as const;

/** A topic that somebody listens to. */
interface Heard {
  readonly shared$: Observable<string>;
  listeners: number;
}

/** The topics that are listened to: one subscription at the server for each of them, however many listen. */
export class Subscriptions {
  readonly #host: SubscriptionHost;
  readonly #heard = new Map<string, Heard>();
  #leftAt = -Infinity;

  constructor(host: SubscriptionHost) {
    this.#host = host;
  }

  /** Since when nobody listens, in milliseconds of the monotonic clock; `Infinity` while somebody does. */
  get unheardSince(): number {
    return this.#heard.size > 0 ? Infinity : this.#leftAt;
  }

  /** Emits the URI when the resource may have changed. */
  resource(uri: string): Observable<string> {
    checkText('uri', uri);
    return this.#listenTo(`resource ${uri}`, {
      value: uri,
      method: 'notifications/resources/updated',
      matches: (params) => params?.['uri'] === uri,
      filter: { resourceSubscriptions: [uri] },
      uri,
    });
  }

  /** Emits the name of the list when the list may have changed. */
  list<L extends McpList>(list: L): Observable<L> {
    checkList(list);
    return this.#listenTo(list, topicOf(list)) as Observable<L>;
  }

  /** The same for the pool itself, which does not count as somebody who listens; what is returned ends it. */
  follow(list: McpList, listener: TopicListener): Unsubscribable {
    const following = new Following(this.#host, topicOf(list), listener);
    following.begin();
    return { unsubscribe: following.end.bind(following) };
  }

  /**
   * Shares one subscription by name: everybody who listens to a topic hears the same, however old their observable is.
   */
  #listenTo(name: string, topic: Topic<string>): Observable<string> {
    return new Observable((subscriber) => {
      const heard = this.#heard.get(name) ?? { shared$: keepSubscribed(this.#host, topic).pipe(share()), listeners: 0 };
      this.#heard.set(name, heard);
      heard.listeners++;
      // Added first, so that it runs before the subscription at the server ends: whoever begins to listen during that
      // begins another one.
      subscriber.add(() => {
        heard.listeners--;
        if (heard.listeners === 0) this.#forget(name);
      });
      return heard.shared$.subscribe(subscriber);
    });
  }

  #forget(name: string): void {
    this.#heard.delete(name);
    this.#leftAt = performance.now();
  }
}

function topicOf(list: McpList): Topic<string> {
  return {
    value: list,
    method: `notifications/${list}/list_changed`,
    matches: () => true,
    filter: filters[list],
  };
}

function checkList(list: unknown): void {
  if (typeof list === 'string' && Object.hasOwn(filters, list)) return;
  throw new TypeError(`list must be one of ${Object.keys(filters).join(', ')}: ${messageOf(list)}`);
}
