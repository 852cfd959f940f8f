import { EventRecorder } from './event-recorder.ts';
import type { EventStream } from './event-stream.ts';
import type { HistoryPoint, HistoryRange, KeyframeView, PoolList, PoolSummary, SecondList } from './protocol.ts';
import { type FrameSource, Frames } from './frames.ts';
import { Keyframes } from './keyframes.ts';
import { recentFigures } from './recent-figures.ts';
import { endpointFigures } from './shared/endpoint-figures.ts';
import { cellOf, gaugesNow, gaugesOf, viewOf } from './view.ts';
import type { WatchedPool } from './watched-pool.ts';
import { WindowFeed } from './window-feed.ts';

/** What a feed has to know, besides its pool. */
export interface FeedOptions {
  readonly history: 'watched' | 'always' | 'off';
  readonly historyEvents: number;
  /** The list of pools as it is now, the same object while it has not changed. */
  readonly pools: () => PoolList;
}

interface Reader {
  readonly stream: EventStream;
  readonly frames: Frames;
  pools: PoolList | undefined;
}

/** Between two frames, in milliseconds; where making them takes long, so much longer that it takes a 25th of the time. */
const FRAME_MS = 100;
const SHARE = 25;
/** Frames without a word after which a ping is sent. */
const SILENCE = 100;
/** Events that are kept where there is no history, for the sample. */
const FOR_SAMPLES = 2000;
/** And while nobody looks: what is kept for long makes the garbage collector work, what is gone soon hardly does. */
const FOR_NOBODY = 4000;

/** One pool, and everybody who watches it. Subscribed to nothing, and without a timer, while nobody does. */
export class PoolFeed implements FrameSource {
  readonly id: number;
  readonly pool: WatchedPool;
  readonly recorder: EventRecorder;
  readonly windows: WindowFeed;
  readonly hasHistory: boolean;
  readonly #options: FeedOptions;
  readonly #keyframes = new Keyframes();
  readonly #readers = new Set<Reader>();
  #timer: NodeJS.Timeout | undefined;
  #silent = 0;

  constructor(id: number, pool: WatchedPool, options: FeedOptions) {
    this.id = id;
    this.pool = pool;
    this.#options = options;
    this.hasHistory = options.history !== 'off';
    this.recorder = new EventRecorder(pool, this.#mostEvents(0));
    this.windows = new WindowFeed(pool, this.#keep);
    if (options.history === 'always') this.#begin();
  }

  get summary(): PoolSummary {
    const now = performance.now();
    const recent = recentFigures(this.windows.lastMinute, now);
    const { connections, endpoints } = this.pool.state;
    const summary = { id: this.id, name: this.pool.name, gauges: gaugesNow(this.pool), recent };
    if (endpoints.length === 0) return summary;
    return { ...summary, endpoints: endpointFigures([...connections].map(cellOf), endpoints, now) };
  }

  /** What of the past can be shown: some of it to the version, and the rest to the second. */
  get range(): HistoryRange | undefined {
    const range = this.hasHistory ? this.recorder.range(this.id) : undefined;
    const { first } = this.#keyframes;
    if (range === undefined || first === undefined || first.version >= range.from) return range;
    return { ...range, from: first.version, fromAt: first.at };
  }

  /** What the pool did in the last hour. */
  get seconds(): SecondList {
    return { pool: this.id, seconds: this.windows.seconds };
  }

  /** A new reader; it leaves with the function that is returned. */
  add(stream: EventStream): () => void {
    this.#begin();
    const frames = new Frames(this);
    const reader: Reader = { stream, frames, pools: undefined };
    this.#readers.add(reader);
    this.recorder.mostEvents = this.#mostEvents(this.#readers.size);
    stream.send('snapshot', frames.snapshot());
    this.#timer ??= setTimeout(this.#tick);
    return () => {
      this.#readers.delete(reader);
      if (this.#readers.size === 0) this.#rest();
    };
  }

  /** The pool as it was at a version, or the nearest one before; `undefined` where nothing is recorded. */
  past(version: number): HistoryPoint | undefined {
    if (!this.hasHistory) return undefined;
    const { first } = this.#keyframes;
    const from = this.recorder.firstVersion;
    const isOld = from !== undefined && first !== undefined && version < from && first.version < from;
    return isOld ? this.#atKeyframe(this.#keyframes.upToVersion(version)) : this.#atVersion(version);
  }

  /** The next version that can be shown after another one; where there is none, the last one. */
  pastAfter(version: number): HistoryPoint | undefined {
    if (!this.hasHistory) return undefined;
    const from = this.recorder.firstVersion ?? 0;
    const frame = version < from ? this.#keyframes.after(version) : undefined;
    if (frame !== undefined && frame.version < from) return this.#atKeyframe(frame);
    return this.#atVersion(version < from ? from : (this.recorder.versionAfter(version) ?? Infinity));
  }

  /** The same at an instant of the pool's clock. */
  pastAt(at: number): HistoryPoint | undefined {
    if (!this.hasHistory) return undefined;
    const version = this.recorder.versionAt(at);
    return version === undefined ? this.#atKeyframe(this.#keyframes.upTo(at)) : this.#atVersion(version);
  }

  /** Tells all readers of the end, and forgets everything. */
  close(): void {
    for (const { stream } of this.#readers) {
      stream.send('gone', { pool: this.id });
      stream.end();
    }
    this.#readers.clear();
    this.#rest();
    this.#end();
  }

  #mostEvents(readers: number): number {
    const { historyEvents } = this.#options;
    if (!this.hasHistory) return FOR_SAMPLES;
    return readers > 0 ? historyEvents : Math.min(FOR_NOBODY, historyEvents);
  }

  #begin(): void {
    this.recorder.begin();
    this.windows.begin();
  }

  #end(): void {
    this.windows.end();
    this.recorder.end();
    this.#keyframes.clear();
  }

  #atVersion(version: number): HistoryPoint | undefined {
    const past = this.recorder.look(this.id, version, performance.now());
    if (past === undefined) return undefined;
    const { state, event, at, range, events } = past;
    const view = viewOf(this.id, state, gaugesOf(state), at);
    const troubles = this.recorder.troublesUpTo(at);
    return { ...view, endpoints: state.endpoints, range: this.range ?? range, event: event ?? null, events, troubles };
  }

  #atKeyframe(view: KeyframeView | undefined): HistoryPoint | undefined {
    const { range } = this;
    if (view === undefined || range === undefined) return this.#atVersion(0);
    const { version, at } = view;
    const { recorder } = this;
    return { ...view, range, event: null, events: recorder.sampleUpTo(version), troubles: recorder.troublesUpTo(at) };
  }

  readonly #keep = (): void => {
    const { state } = this.pool;
    if (!this.hasHistory || state.version === this.#keyframes.last?.version) return;
    const view = viewOf(this.id, state, gaugesNow(this.pool, state), performance.now());
    this.#keyframes.add({ ...view, endpoints: state.endpoints });
  };

  readonly #tick = (): void => {
    const since = performance.now();
    const isSilent = ++this.#silent >= SILENCE;
    if (isSilent) this.#silent = 0;
    for (const reader of this.#readers) this.#tell(reader, isSilent);
    this.recorder.sweep(since);
    const took = performance.now() - since;
    // The list of pools may just have said that this one is gone.
    if (this.#readers.size > 0) this.#timer = setTimeout(this.#tick, Math.max(FRAME_MS, SHARE * took));
  };

  #tell(reader: Reader, isSilent: boolean): void {
    const { stream, frames } = reader;
    if (stream.isFull) return;
    const pools = this.#options.pools();
    // To ask for the list may have told that this very pool is gone.
    if (!this.#readers.has(reader)) return;
    if (pools !== reader.pools) stream.send('pools', pools);
    reader.pools = pools;
    const frame = frames.next();
    if (frame !== undefined) stream.send('frame', frame);
    else if (isSilent) stream.ping();
  }

  #rest(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.recorder.mostEvents = this.#mostEvents(0);
    if (this.#options.history !== 'always') this.#end();
  }
}
