/** What the person who typed the command can put right; told in one line, and the exit code is 2. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** Any text in one line, without the control characters that a server may have put into it. */
export function oneLine(text: string): string {
  return text.replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, ' ').trim();
}
