/** A stream that text goes to, and what is known of the terminal behind it. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  /** Tells of a terminal that was resized. */
  on?(event: 'resize', listener: () => void): unknown;
  off?(event: 'resize', listener: () => void): unknown;
}

/** A stream that keys come from. */
export type Input = NodeJS.ReadableStream & {
  readonly isTTY?: boolean;
  setRawMode?(isRaw: boolean): unknown;
};

/** What the command knows of the world around it. */
export interface CommandIo {
  readonly stdout: Output;
  readonly stderr: Output;
  /** Absent where nobody can press a key. */
  readonly stdin?: Input;
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
