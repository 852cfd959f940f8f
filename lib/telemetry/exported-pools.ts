import { type Observable, Subscription } from 'rxjs';
import { count } from '../base/durations.ts';
import type { PoolEvent } from '../events/pool-event.ts';
import { report, reporting } from '../base/report.ts';
import { type Reading, Readings, readingsOf } from './readings.ts';
import { EventMeter } from './event-meter.ts';
import type { Labels } from './labels.ts';
import type { MeteredPool, MeteredPools, NameOptions } from './metered-pool.ts';
import { BoundedNames, withoutSecrets } from './bounded-names.ts';
import type { Recorders } from './recorder.ts';
import { RequestMeter } from './request-meter.ts';

/** How one exporter looks at a pool, or at each of a family. */
export interface Look {
  readonly recorders: Recorders;
  /** What its events are taken from. */
  eventsOf(pool: MeteredPool): Observable<PoolEvent>;
  /** Follows its requests. */
  watch(pool: MeteredPool, labels: Labels, requests: RequestMeter): Subscription;
}

/** The pools that an exporter tells of, those of families as they come and go. */
export class ExportedPools {
  readonly #targets = new Set<object>();
  readonly #pages = new Set<Page>();
  /** Told when a target is told of no longer: families that have it as well. */
  readonly #successors = new Map<object, Set<() => void>>();

  get isEmpty(): boolean {
    return this.#targets.size === 0;
  }

  /** Until unsubscribed from. Throws a `TypeError` for what is no pool, and for one that is there already. */
  add(target: MeteredPool | MeteredPools, options: NameOptions, look: Look): Subscription {
    checkTarget(target);
    if (this.#targets.has(target)) throw new TypeError(`the pool "${target.name}" is exported there already`);
    const page = new Page(target.name, options, look);
    const added = new Subscription(() => {
      this.#pages.delete(page);
      this.#release(target);
    });
    this.#pages.add(page);
    this.#targets.add(target);
    added.add('pools$' in target ? this.#addEach(target, page) : page.follow(target));
    return added;
  }

  /** All that can be read now. */
  read(): Readings {
    const readings = new Readings();
    for (const page of this.#pages) for (const reading of page.read()) readings.add(reading);
    return readings;
  }

  #addEach(family: MeteredPools, page: Page): Subscription {
    const all = new Subscription();
    const next = (pool: MeteredPool): void => {
      // Somebody may have it told of by itself; then it is the family's once that is over.
      if (this.#targets.has(pool)) {
        all.add(this.#succeed(pool, next.bind(undefined, pool)));
        return;
      }
      this.#targets.add(pool);
      const followed = new Subscription(() => {
        this.#release(pool);
      });
      all.add(followed);
      const end = (): void => {
        all.remove(followed);
        followed.unsubscribe();
      };
      followed.add(page.follow(pool, end));
    };
    all.add(family.pools$.subscribe({ next, error: report }));
    return all;
  }

  #succeed(target: object, takeUp: () => void): Subscription {
    const successors = this.#successors.get(target) ?? new Set();
    this.#successors.set(target, successors);
    successors.add(takeUp);
    return new Subscription(() => successors.delete(takeUp));
  }

  #release(target: object): void {
    this.#targets.delete(target);
    const successors = [...(this.#successors.get(target) ?? [])];
    this.#successors.delete(target);
    // The first takes it, the others wait again.
    for (const takeUp of successors) reporting(takeUp)();
  }
}

/** The pools of one call, which share their bounds of names. */
class Page {
  readonly #look: Look;
  readonly #nameOf: (pool: MeteredPool) => string;
  readonly #endpoints: BoundedNames;
  readonly #requests: RequestMeter;
  readonly #pools = new Set<() => Iterable<Reading>>();
  /** What pools counted that are gone; a family is open for long, and keeps none for its totals. */
  readonly #gone = new Readings();

  constructor(targetName: string, { name, maxNames = 100 }: NameOptions, look: Look) {
    if (name !== undefined && typeof name !== 'function') throw new TypeError('name must be a function');
    const names = new BoundedNames(count('maxNames', maxNames, 1));
    this.#nameOf = (pool) => names.of(name?.(pool) ?? targetName);
    this.#endpoints = new BoundedNames(maxNames);
    this.#requests = new RequestMeter(look.recorders, maxNames);
    this.#look = look;
  }

  *read(): Iterable<Reading> {
    yield* this.#gone.all();
    for (const readings of this.#pools) yield* readings();
  }

  /** `end`: told when the pool is closed; without, its last figures stay. */
  follow(pool: MeteredPool, end?: () => void): Subscription {
    const labels: Labels = { pool: this.#nameOf(pool), strategy: pool.state.strategy };
    const labelsOf = this.#endpointLabels(labels);
    const meter = new EventMeter(this.#look.recorders, labels, labelsOf, pool.state);
    const readings = (): Iterable<Reading> => readingsOf(pool, labels, labelsOf);
    this.#pools.add(readings);
    const followed = new Subscription(() => this.#pools.delete(readings));
    followed.add(this.#look.watch(pool, labels, this.#requests));
    const next = (event: PoolEvent): void => {
      meter.record(event);
    };
    const complete = (): void => {
      if (end === undefined) return;
      this.#gone.addTotals(readings());
      end();
    };
    followed.add(this.#look.eventsOf(pool).subscribe({ next, error: report, complete }));
    return followed;
  }

  /** The same object for the same endpoint. */
  #endpointLabels(labels: Labels): (endpoint: string) => Labels {
    const known = new Map<string, Labels>();
    return (endpoint) => {
      const name = this.#endpoints.of(withoutSecrets(endpoint));
      const found = known.get(name) ?? { ...labels, endpoint: name };
      known.set(name, found);
      return found;
    };
  }
}

function checkTarget(target: unknown): asserts target is MeteredPool | MeteredPools {
  const about = Object(target) as Partial<MeteredPool & MeteredPools>;
  if (typeof about.name !== 'string' || (about.events$ ?? about.pools$) === undefined)
    throw new TypeError('pool must be made by createPool, createMcpPool or createMcpPoolFamily');
}
