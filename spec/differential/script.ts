import fc, { type Arbitrary } from 'fast-check';
import { type Setting, settings } from './setting.ts';

/** What somebody does that needs no answer. `n` says to which of those that there are, or how much. */
export interface Deed {
  readonly deed:
    | 'checkin'
    | 'misuse'
    | 'destroy'
    | 'leave'
    | 'abort'
    | 'watch'
    | 'ask'
    | 'try'
    | 'finish'
    | 'fail'
    | 'hold'
    | 'turn'
    | 'kill'
    | 'sicken'
    | 'refuse'
    | 'list'
    | 'resize'
    | 'retry'
    | 'why'
    | 'throw'
    | 'close';
  readonly n: number;
}

/** Work that a connection is used for: ended at once, by a deed or by the time, and well or badly. */
export type WorkKind = 'value' | 'promise' | 'observable' | 'timer' | 'throws' | 'rejects' | 'iterable';

/** A checkout of any kind. */
export interface Ask {
  readonly how: 'observer' | 'function' | 'operators' | 'lease' | 'try' | 'use' | 'stream';
  readonly priority?: number;
  readonly key?: string;
  readonly timeoutMs?: number;
  readonly signal?: 'aborted' | 'open';
  readonly work: WorkKind;
  /** After how long failed work is done once more, in milliseconds; left out: not at all. */
  readonly retryMs?: number;
  /** What is done with the lease in hand, in the moment of its delivery. */
  readonly then: readonly Deed[];
}

export type Command = Ask | Deed;

/** What happens in one tick, and how long it takes until the next. */
export interface Tick {
  readonly commands: readonly Command[];
  readonly passMs: number;
}

/** Somebody who listens and acts: a deed of the list at every so many notifications. */
export interface Acting {
  readonly stream: 'events$' | 'state$';
  readonly every: number;
  readonly deeds: readonly Deed[];
}

export interface Script {
  readonly setting: Setting;
  /** Whether the first tick is that in which the pool is made. */
  readonly isEarly: boolean;
  readonly ticks: readonly Tick[];
  readonly acting: Acting | undefined;
  /** How long leases may last when the pool is closed at the end. */
  readonly closeMs: number;
}

const n = fc.nat(11);
const deedOf = (...deeds: readonly Deed['deed'][]): Arbitrary<Deed> =>
  fc.record({ deed: fc.constantFrom(...deeds), n });

/** What is done all the time; it may be done out of any callback. */
const usual = deedOf(
  ...(['checkin', 'checkin', 'checkin', 'checkin', 'checkin', 'checkin', 'ask', 'ask', 'try'] as const),
  ...(['leave', 'abort', 'misuse', 'destroy', 'finish', 'finish'] as const),
);
const rare = deedOf(
  'watch',
  'hold',
  'turn',
  'throw',
  'kill',
  'sicken',
  'refuse',
  'list',
  'resize',
  'retry',
  'why',
  'fail',
);
const anything = fc.oneof({ weight: 7, arbitrary: usual }, { weight: 2, arbitrary: rare });
const then = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Deed[]>([]) },
  { weight: 2, arbitrary: fc.array(anything, { minLength: 1, maxLength: 3, size: 'max' }) },
);

const how = fc.constantFrom<Ask['how'][]>(
  ...(['observer', 'observer', 'observer', 'function', 'operators', 'lease', 'lease', 'lease', 'try', 'try'] as const),
  ...(['use', 'use', 'stream'] as const),
);
const work = fc.constantFrom<WorkKind[]>(
  ...(['value', 'promise', 'promise', 'observable', 'timer', 'throws', 'rejects', 'iterable'] as const),
);

/** Most checkouts ask for nothing. */
const ask: Arbitrary<Ask> = fc.oneof(
  fc.record({ how, work, then }),
  fc.record(
    {
      how,
      work,
      then,
      priority: fc.nat(2),
      key: fc.constantFrom('a', 'b', 'c'),
      timeoutMs: fc.constantFrom(0, 5, 30, Infinity),
      signal: fc.constantFrom<('open' | 'aborted')[]>('open', 'open', 'open', 'open', 'aborted'),
      retryMs: fc.constantFrom(0, 3),
    },
    { requiredKeys: ['how', 'work', 'then'] },
  ),
);

const command: Arbitrary<Command> = fc.oneof(
  { weight: 100, arbitrary: ask },
  { weight: 120, arbitrary: usual },
  { weight: 20, arbitrary: rare },
  { weight: 1, arbitrary: deedOf('close') },
);

const tick: Arbitrary<Tick> = fc.record({
  commands: fc.array(command, { minLength: 1, maxLength: 8, size: 'max' }),
  passMs: fc.constantFrom(0, 0, 1, 1, 2, 7, 30),
});

const acting: Arbitrary<Acting> = fc.record({
  stream: fc.constantFrom('events$', 'events$', 'state$'),
  every: fc.integer({ min: 1, max: 4 }),
  deeds: fc.array(anything, { minLength: 1, maxLength: 10, size: 'max' }),
});

/** Scripts of any kind; in half of them somebody acts out of what the pool tells. */
export const scripts: Arbitrary<Script> = fc.record({
  setting: settings,
  isEarly: fc.boolean(),
  ticks: fc.array(tick, { minLength: 1, maxLength: 8, size: 'max' }),
  acting: fc.option(acting, { nil: undefined, freq: 2 }),
  closeMs: fc.constantFrom(0, 20),
});
