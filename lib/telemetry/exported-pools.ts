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

/** How one exporter gets events and requests of a pool, and where it records durations. */
export interface ExporterHooks {
  readonly recorders: Recorders;
  /** The events of the pool. */
  eventsOf(pool: MeteredPool): Observable<PoolEvent>;
  /** Records the requests of the pool until unsubscribed from. */
  watch(pool: MeteredPool, labels: Labels, requests: RequestMeter): Subscription;
}

/** The pools that an exporter exports, including those of families as they come and go. */
export class ExportedPools {
  readonly #targets = new Set<object>();
  readonly #groups = new Set<ExportGroup>();
  /**
   * For each target, callbacks of families that contain it too: the first of them exports it when its present export
   * ends.
   */
  readonly #successors = new Map<object, Set<() => void>>();

  get isEmpty(): boolean {
    return this.#targets.size === 0;
  }

  /**
   * Exports a pool or a family until unsubscribed from. Throws a `TypeError` for anything else, and for one that is
   * exported already.
   */
  add(target: MeteredPool | MeteredPools, options: NameOptions, hooks: ExporterHooks): Subscription {
    checkTarget(target);
    if (this.#targets.has(target)) throw new TypeError(`the pool "${target.name}" is exported there already`);
    const group = new ExportGroup(target.name, options, hooks);
    const added = new Subscription(() => {
      this.#groups.delete(group);
      this.#remove(target);
    });
    this.#groups.add(group);
    this.#targets.add(target);
    added.add('pools$' in target ? this.#addEach(target, group) : group.follow(target));
    return added;
  }

  /** The present values of all counts. */
  read(): Readings {
    const readings = new Readings();
    for (const group of this.#groups) for (const reading of group.read()) readings.add(reading);
    return readings;
  }

  #addEach(family: MeteredPools, group: ExportGroup): Subscription {
    const all = new Subscription();
    const next = (pool: MeteredPool): void => {
      // The pool may be exported by itself; the family takes it over when that ends.
      if (this.#targets.has(pool)) {
        all.add(this.#queueFor(pool, next.bind(undefined, pool)));
        return;
      }
      this.#targets.add(pool);
      const followed = new Subscription(() => {
        this.#remove(pool);
      });
      all.add(followed);
      const end = (): void => {
        all.remove(followed);
        followed.unsubscribe();
      };
      followed.add(group.follow(pool, end));
    };
    all.add(family.pools$.subscribe({ next, error: report }));
    return all;
  }

  #queueFor(target: object, takeOver: () => void): Subscription {
    const successors = this.#successors.get(target) ?? new Set();
    this.#successors.set(target, successors);
    successors.add(takeOver);
    return new Subscription(() => successors.delete(takeOver));
  }

  #remove(target: object): void {
    this.#targets.delete(target);
    const successors = [...(this.#successors.get(target) ?? [])];
    this.#successors.delete(target);
    // The first callback takes the pool over; the others find it taken and wait again.
    for (const takeOver of successors) reporting(takeOver)();
  }
}

/** The pools of one call of `add`; they share their limits of names. */
class ExportGroup {
  readonly #hooks: ExporterHooks;
  readonly #nameOf: (pool: MeteredPool) => string;
  readonly #endpoints: BoundedNames;
  readonly #requests: RequestMeter;
  readonly #pools = new Set<() => Iterable<Reading>>();
  /** Totals of closed pools of a family, added up: a family is open for long, so they are not kept for each pool. */
  readonly #gone = new Readings();

  constructor(targetName: string, { name, maxNames = 100 }: NameOptions, hooks: ExporterHooks) {
    if (name !== undefined && typeof name !== 'function') throw new TypeError('name must be a function');
    const names = new BoundedNames(count('maxNames', maxNames, 1));
    this.#nameOf = (pool) => names.of(name?.(pool) ?? targetName);
    this.#endpoints = new BoundedNames(maxNames);
    this.#requests = new RequestMeter(hooks.recorders, maxNames);
    this.#hooks = hooks;
  }

  *read(): Iterable<Reading> {
    yield* this.#gone.all();
    for (const readings of this.#pools) yield* readings();
  }

  /** Exports one pool. `end` is called when the pool is closed; without it the pool's last values stay. */
  follow(pool: MeteredPool, end?: () => void): Subscription {
    const labels: Labels = { pool: this.#nameOf(pool), strategy: pool.state.strategy };
    const labelsOf = this.#endpointLabels(labels);
    const meter = new EventMeter(this.#hooks.recorders, labels, labelsOf, pool.state);
    const readings = (): Iterable<Reading> => readingsOf(pool, labels, labelsOf);
    this.#pools.add(readings);
    const followed = new Subscription(() => this.#pools.delete(readings));
    followed.add(this.#hooks.watch(pool, labels, this.#requests));
    const next = (event: PoolEvent): void => {
      meter.record(event);
    };
    const complete = (): void => {
      if (end === undefined) return;
      this.#gone.addTotals(readings());
      end();
    };
    followed.add(this.#hooks.eventsOf(pool).subscribe({ next, error: report, complete }));
    return followed;
  }

  /** A function that returns the labels of an endpoint, the same object for the same endpoint. */
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
