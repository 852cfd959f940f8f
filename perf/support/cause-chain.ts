/** What went wrong and why, in one line: the message of an error, of its cause, of the cause of that. */
export function causeChain(error: unknown): string {
  const messages: string[] = [];
  const seen = new Set<unknown>();
  for (let each = error; each !== undefined && !seen.has(each); each = causeOf(each)) {
    seen.add(each);
    const message = messageOf(each);
    // Some errors quote their cause.
    if (!messages.some((told) => told.includes(message))) messages.push(message);
  }
  return messages.join(': ');
}

/** That of several errors at once is the first of them. */
function causeOf(error: unknown): unknown {
  if (!(error instanceof Error)) return undefined;
  return error.cause ?? (error instanceof AggregateError ? (error.errors as unknown[])[0] : undefined);
}

function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return text.trim().replace(/\s*\n\s*/g, ' ');
}
