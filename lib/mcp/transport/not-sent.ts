/** The same error, saying that nothing of what was to be sent has been written. */
export function notSent<E extends Error>(error: E): E & { readonly sent: false } {
  return Object.assign(error, { sent: false } as const);
}

/** What an error says of whether the request may have reached the server; `undefined` where it does not say. */
export function mayHaveBeenSent(error: unknown): boolean | undefined {
  const sent: unknown = error instanceof Error ? Reflect.get(error, 'sent') : undefined;
  return typeof sent === 'boolean' ? sent : undefined;
}
