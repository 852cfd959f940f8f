/** The default of `maxMessageDepth`. */
export const DEFAULT_MAX_MESSAGE_DEPTH = 100;

/**
 * Whether a message is nested deeper than so many arrays and objects. Recursion over a deeper one could overflow the
 * stack. The time is linear, and this function itself goes no deeper than `most`.
 */
export function isDeeperThan(value: unknown, most: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (most === 0) return true;
  // Entries would make an array for each; what was parsed from JSON has only properties of its own.
  for (const key in value) if (isDeeperThan((value as Record<string, unknown>)[key], most - 1)) return true;
  return false;
}

/**
 * Whether the text of a message opens more than so many brackets, inside strings or not. Few messages do, and only
 * those have to be walked through. Looks at no more than that many brackets, however long the text.
 */
export function hasManyBrackets(text: string, most: number): boolean {
  // Each that is opened is closed again.
  if (text.length <= 2 * most) return false;
  return opened(text, '{', most) + opened(text, '[', most) > most;
}

/** The error that ends the connection when the message in this text is nested too deep; `undefined` otherwise. */
export function depthFault(
  text: string,
  message: unknown,
  most: number = DEFAULT_MAX_MESSAGE_DEPTH,
): RangeError | undefined {
  return hasManyBrackets(text, most) && isDeeperThan(message, most) ? tooDeep(most) : undefined;
}

/** The error for a message that is nested too deep. */
export function tooDeep(most: number): RangeError {
  return new RangeError(`a message nested deeper than the limit of ${most} (maxMessageDepth)`);
}

/** How often the bracket occurs; counting stops one beyond `most`. */
function opened(text: string, bracket: string, most: number): number {
  let count = 0;
  for (let at = text.indexOf(bracket); at !== -1 && count <= most; at = text.indexOf(bracket, at + 1)) count++;
  return count;
}
