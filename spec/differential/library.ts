import * as library from '../../lib/index.ts';

/** The package, as far as a script uses it; another build of it can be put in its place. */
export type Library = Pick<
  typeof library,
  | 'createPool'
  | 'replay'
  | 'withConnection'
  | 'codel'
  | 'roundRobin'
  | 'leastLoaded'
  | 'random'
  | 'powerOfTwoChoices'
  | 'sticky'
  | 'peakEwma'
>;

export const thisLibrary: Library = library;
