/** What the person who typed the command can put right; told in one line, and the exit code is 2. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
