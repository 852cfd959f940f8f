/**
 * What an owner tells and asks in one call. All of it is absolute, and calls are numbered: one that is carried out twice, or
 * after a later one, changes nothing.
 */
export interface Call {
  /** `join`: the owner may be unknown; `take`: it is known; `leave`: it ends, and what it held is free. */
  readonly kind: 'join' | 'take' | 'leave';
  /** A name that nobody else has or will have. */
  readonly owner: string;
  /** Rises with each call of the owner. */
  readonly number: number;
  /** How many connections an owner has that is not known yet, or not any more. */
  readonly claim: number;
  /** How many connections it wants; it has no more than so many where that is less than it was granted. */
  readonly want: number;
  /** The highest epoch that it was told; 0 before the first. */
  readonly epoch: number;
}

/** What comes of a call. */
export interface Answer {
  /** `fenced`: the owner is not known and has to join; `late`: a later call was carried out already. */
  readonly status: 'granted' | 'fenced' | 'late';
  /** How many connections the owner may have. */
  readonly held: number;
  /** How many of them it is asked to give back, because others have less than a fair share. */
  readonly shed: number;
  /** How many owners there are. */
  readonly members: number;
  /** Which epoch began with a `join`; 0 for other calls. */
  readonly epoch: number;
}
