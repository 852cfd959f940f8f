/** Whether unsubscribing reaches who connects: a promise, or a generator in the middle of an `await`, goes on regardless. */
export function canGiveUp(input: unknown): boolean {
  return typeof input !== 'object' || input === null || !('then' in input || Symbol.asyncIterator in input);
}
