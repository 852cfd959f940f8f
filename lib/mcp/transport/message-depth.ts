/** How deep a message may be nested where nothing else is said. */
export const DEFAULT_MAX_MESSAGE_DEPTH = 100;

/**
 * Whether a message is nested deeper than so many arrays and objects, which would end whoever walks through it without
 * such a limit. Linear, and never deeper itself than what it allows.
 */
export function isDeeperThan(value: unknown, most: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (most === 0) return true;
  // Entries would make an array for each; what was parsed from JSON has only properties of its own.
  for (const key in value) if (isDeeperThan((value as Record<string, unknown>)[key], most - 1)) return true;
  return false;
}

/**
 * Whether the text of a message opens more than so many brackets, in its strings or not: nearly none does, and only those
 * who do are worth walking through. Looks at as many brackets at most, however long the text.
 */
export function hasManyBrackets(text: string, most: number): boolean {
  // Each that is opened is closed again.
  if (text.length <= 2 * most) return false;
  return opened(text, '{', most) + opened(text, '[', most) > most;
}

/** What ends the connection on which this text came, if the message in it is nested too deep. */
export function depthFault(
  text: string,
  message: unknown,
  most: number = DEFAULT_MAX_MESSAGE_DEPTH,
): RangeError | undefined {
  return hasManyBrackets(text, most) && isDeeperThan(message, most) ? tooDeep(most) : undefined;
}

/** What ends a connection whose peer sent one. */
export function tooDeep(most: number): RangeError {
  return new RangeError(`a message nested deeper than the limit of ${most} (maxMessageDepth)`);
}

/** How often it stands there, but no more than one beyond `most`. */
function opened(text: string, bracket: string, most: number): number {
  let count = 0;
  for (let at = text.indexOf(bracket); at !== -1 && count <= most; at = text.indexOf(bracket, at + 1)) count++;
  return count;
}
