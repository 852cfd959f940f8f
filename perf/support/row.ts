/**
 * Does something so many times over, at once or in a promise. What it returns may be a `Told`; anything else is nothing
 * to tell.
 */
export type Repeat = (times: number) => unknown;

/** What there is to tell of some repetitions. */
export interface Told {
  /** The milliseconds of those parts that count, by `cpuMs`; all of it when left out. */
  readonly ms?: number;
  /** How many are still in a queue, for one who came. */
  readonly left?: number;
}

/** Where the server of a table listens. */
export interface Ports {
  readonly port: number;
  readonly httpPort: number;
}

/** What a row is given when it opens. */
export interface Surroundings extends Ports {
  /** The URL of the library that is measured. */
  readonly library: string;
}

/** Something that takes turns with others, in a process of its own. */
export interface Row {
  /** How often in one round; a round should take some 10 ms, and longer where much garbage is made. */
  readonly times: number;
  /** How often before the first round, where there is much code to warm up. */
  readonly leadIn?: number;
  /** Gets everything ready; called in the process, and nowhere else. Both ports are 0 where the table has no server. */
  open(surroundings: Surroundings): Promise<Repeat> | Repeat;
}

/** Rows under names by which a process finds them, too. */
export interface RowTable {
  readonly name: string;
  /** Of the module that exports it. */
  readonly url: string;
  /** What it exports it as; `bench` when left out. */
  readonly exportedAs?: string;
  readonly rows: ReadonlyMap<string, Row>;
  /** The program that all rows talk to, in a process of its own. */
  readonly server?: URL;
  /** How many rounds lead in and do not count; 4 when left out. */
  readonly leadInRounds?: number;
}
