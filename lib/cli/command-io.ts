/** A stream that text goes to, and what is known of the terminal behind it. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
}

/** What the command knows of the world around it. */
export interface CommandIo {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted when the command is to end early; the reason is the name of the signal. */
  readonly signal: AbortSignal;
  /** The compiled program of the embedded server. */
  readonly demoServer: URL;
}

/** Whether stdout is a terminal whose lines can be drawn again. */
export function isLive({ stdout, env }: CommandIo): boolean {
  return stdout.isTTY === true && env['TERM'] !== 'dumb';
}

/** Whether colours are wanted: only in a terminal, and not with `NO_COLOR` (https://no-color.org). */
export function isColoured(io: CommandIo): boolean {
  return isLive(io) && (io.env['NO_COLOR'] ?? '') === '';
}
