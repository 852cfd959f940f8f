import assert from 'node:assert/strict';
import { pass, rest } from '../support/virtual-time.ts';
import { watchPromise } from '../support/watch-promise.ts';
import { Doer } from './doer.ts';
import type { Library } from './library.ts';
import type { Observed, Observer } from './observer.ts';
import type { Command, Script } from './script.ts';
import { Stage } from './stage.ts';
import { told } from './told.ts';

/** What came of a script. */
export interface Trace {
  /** All that anybody was told, in order, and what was done and looked at in between. */
  readonly lines: readonly string[];
  /** After each command the state as JSON, as each observer knows it that knows any. */
  readonly states: readonly (readonly string[])[];
  /** What each observer has seen. */
  readonly seen: readonly (readonly string[])[];
}

/** Brings observers to a pool. */
export type Observe = (pool: Observed, library: Library) => readonly Observer[];

/** A script being played. */
export class Performance {
  readonly #script: Script;
  readonly #stage: Stage;
  readonly #doer: Doer;
  readonly #observers: readonly Observer[];
  readonly #lines: string[] = [];
  readonly #states: string[][] = [];

  constructor(library: Library, script: Script, observe: Observe) {
    this.#script = script;
    this.#stage = new Stage(library, script.setting);
    this.#doer = new Doer(library, this.#stage, (line) => this.#lines.push(line));
    if (script.acting !== undefined) this.#doer.listen(script.acting);
    this.#observers = observe(this.#stage.pool, library);
    this.#doer.observers = this.#observers;
  }

  async run(): Promise<Trace> {
    const { isEarly, ticks } = this.#script;
    if (!isEarly) await this.#pass(0);
    for (const [i, { commands, passMs }] of ticks.entries()) {
      for (const command of commands) this.#perform(command, i > 0 || !isEarly);
      await this.#pass(passMs);
    }
    await this.#end();
    return { lines: this.#lines, states: this.#states, seen: this.#observers.map(({ seen }) => seen) };
  }

  /** Does what is commanded. Before the pool has told its first event nobody knows its state but who asks. */
  #perform(command: Command, isOpen: boolean): void {
    this.#lines.push(`-- ${JSON.stringify(command)}`);
    try {
      if ('how' in command) this.#doer.cast.ask(command);
      else this.#doer.do(command);
    } catch (error) {
      this.#lines.push(`thrown: ${told(error)}`);
    }
    if (isOpen) this.#look();
  }

  async #pass(ms: number): Promise<void> {
    await rest();
    this.#look();
    if (ms === 0) return;
    this.#lines.push(`-- ${ms} ms pass`);
    await pass(ms);
    this.#look();
  }

  #look(): void {
    const { metrics, pressure, capacity } = this.#stage.pool;
    const {
      checkoutsPerSecond,
      waitTimeUs,
      useTimeUs,
      connectTimeUs,
      healthCheckTimeUs,
      sliding,
      endpoints,
      ...gauges
    } = metrics;
    this.#lines.push(JSON.stringify({ ...gauges, pressure, capacity }));
    this.#states.push(this.#observers.map((observer) => observer.state()).filter((state) => state !== undefined));
  }

  /** The pool is closed, whatever is going on; what is checked in later counts as late. */
  async #end(): Promise<void> {
    const { pool } = this.#stage;
    const isClosed = watchPromise(pool.close({ timeoutMs: this.#script.closeMs }));
    for (let i = 0; i < 20 && !isClosed(); i++) await this.#pass(10);
    assert(isClosed(), 'I12 close() does not resolve');
    this.#doer.cast.end();
    await this.#pass(50);
    this.#lines.push(JSON.stringify(pool.state));
    this.#doer.end();
    for (const observer of this.#observers) observer.end();
  }
}
