import type { PoolEvent } from '../../events/pool-event.ts';
import type { LogSnapshot } from '../../state/log-entry.ts';
import type { PoolState } from '../../state/pool-state.ts';
import { replay } from '../../state/replay.ts';
import { CommandError } from '../command-error.ts';
import { isRare } from '../../dashboard/shared/event-words.ts';
import type { LogMoment } from '../terminal/event-line.ts';

interface Checkpoint {
  readonly position: number;
  readonly state: PoolState;
}

/** So many events are replayed for a look at any version, at most; of a large pool more, for each copy is dearer. */
const LEAST_BETWEEN = 1000;
const PER_CONNECTION = 4;

/** All versions of a log in order, with a state now and then, so that each other one is a short `replay` away. */
export class Timeline {
  readonly moments: LogMoment[] = [];
  /** Events that the log lacks. */
  dropped = 0;
  readonly #checkpoints: Checkpoint[] = [];
  /** Positions of what stands out. */
  readonly #rare: number[] = [];
  /** Events that no checkpoint holds yet. */
  #pending: PoolEvent[] = [];
  #state: PoolState = replay([]);
  #version = 0;
  /** Lacking since the moment before. */
  #gap = 0;

  /** Takes an event that comes next; one that is known already is skipped, as by `replay`. */
  add(event: PoolEvent): void {
    const { version } = event;
    if (version <= this.#version) return;
    if (version !== this.#version + 1) throw gapBefore(event, this.#version);
    if (this.#checkpoints.length === 0) this.#checkpoints.push({ position: -1, state: this.#state });
    this.#push(event);
    this.#pending.push(event);
    if (this.#pending.length >= Math.max(LEAST_BETWEEN, PER_CONNECTION * this.#state.size)) this.#check();
  }

  /** Takes a snapshot, which says nothing new but after a gap and at the beginning. */
  resume(entry: LogSnapshot): void {
    if (entry.state.version <= this.#version) return;
    this.#flush();
    this.#state = replay([entry], this.#state);
    const { version, returnedAt, upAt } = this.#state;
    const at = Math.max(this.moments.at(-1)?.at ?? 0, returnedAt, upAt);
    this.#push({ type: 'snapshot', version, at, dropped: this.#gap });
    this.#gap = 0;
    this.#checkpoints.push({ position: this.moments.length - 1, state: this.#state });
  }

  /** So many events are missing here. */
  skip(events: number): void {
    this.#gap += events;
    this.dropped += events;
  }

  /** The instant of its first event: a snapshot at its beginning does not tell when it was taken. */
  get beganAt(): number {
    return (this.moments.find(({ type }) => type !== 'snapshot') ?? this.moments[0])?.at ?? 0;
  }

  get endedAt(): number {
    return this.moments.at(-1)?.at ?? 0;
  }

  /** The position of the last moment. */
  get last(): number {
    return this.moments.length - 1;
  }

  /** The moment at a position, the nearest one where there is none; `undefined` in an empty log only. */
  momentAt(position: number): LogMoment | undefined {
    return this.moments[Math.min(this.last, Math.max(0, position))];
  }

  /** The state that the moment at this position has made. */
  stateAt(position: number): PoolState {
    const after = lastWhere(this.#checkpoints, (checkpoint) => checkpoint.position <= position);
    const checkpoint = this.#checkpoints[after];
    if (checkpoint === undefined) return replay([]);
    // A snapshot in between has a checkpoint of its own.
    const events = this.moments.slice(checkpoint.position + 1, position + 1) as PoolEvent[];
    return replay(events, checkpoint.state);
  }

  /** Where this version is; `undefined` where the log does not have it. */
  positionOf(version: number): number | undefined {
    const position = lastWhere(this.moments, (moment) => moment.version <= version);
    return this.moments[position]?.version === version ? position : undefined;
  }

  /** The last position that is not after this instant, 0 before all. */
  positionAt(at: number): number {
    return Math.max(
      0,
      lastWhere(this.moments, (moment) => moment.at <= at),
    );
  }

  /** The next position after this one at which something stands out; the end where there is none. */
  rareAfter(position: number): number {
    return this.#rare[lastWhere(this.#rare, (rare) => rare <= position) + 1] ?? this.last;
  }

  /** The same before this one; the beginning where there is none. */
  rareBefore(position: number): number {
    return this.#rare[lastWhere(this.#rare, (rare) => rare < position)] ?? 0;
  }

  #push(moment: LogMoment): void {
    if (isRare(moment)) this.#rare.push(this.moments.length);
    this.moments.push(moment);
    this.#version = moment.version;
  }

  #check(): void {
    this.#flush();
    this.#checkpoints.push({ position: this.moments.length - 1, state: this.#state });
  }

  #flush(): void {
    this.#state = replay(this.#pending, this.#state);
    this.#pending = [];
  }
}

function gapBefore({ version }: PoolEvent, before: number): CommandError {
  if (before === 0) return new CommandError(`it begins with version ${version} and has no snapshot before it`);
  return new CommandError(`version ${version} comes after version ${before}`);
}

/** The index of the last one that has something which none has after the first that has it not; -1 where none has. */
function lastWhere<T>(sorted: readonly T[], isBefore: (item: T) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = sorted[middle];
    if (item !== undefined && isBefore(item)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
