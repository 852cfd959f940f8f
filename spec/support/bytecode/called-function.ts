import type { Way } from './steps.ts';

/** A function of the library, where it stands in the source, and how often each step called it. */
export interface CalledFunction {
  readonly url: string;
  readonly name: string;
  /** The offset of its first character, and the one after its last. */
  readonly from: number;
  readonly to: number;
  readonly calls: Partial<Record<Way, number>>;
}

/** What the program tells. */
export interface Called {
  /** How often each step was taken. */
  readonly times: number;
  readonly functions: readonly CalledFunction[];
}
