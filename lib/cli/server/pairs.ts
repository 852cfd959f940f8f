import { CommandError } from '../command-error.ts';

/** Texts by name. */
type Texts = Readonly<Record<string, string>>;

/** Reads headers written as `Name: value`. Throws a `CommandError` that quotes none: they may be secret. */
export function headersIn(flags: readonly string[] | undefined): Texts {
  return byName(flags, /^([^\s:]+):\s*(.*)$/s, "--header must be written as 'Name: value'");
}

/** Reads answers written as `id=value`. */
export function inputsIn(flags: readonly string[] | undefined): Texts {
  return byName(flags, /^([^=]+)=(.*)$/s, '--input must be written as id=value');
}

/** Reads variables written as `NAME=value`, or `NAME` for one of the shell's, which must be set. */
export function variablesIn(
  flags: readonly string[] | undefined,
  shell: Readonly<Record<string, string | undefined>>,
): Texts {
  const whole = (flags ?? []).map((flag) => {
    if (flag.includes('=')) return flag;
    const value = shell[flag];
    if (value === undefined) throw new CommandError(`--env: the variable ${flag} is not set`);
    return `${flag}=${value}`;
  });
  return byName(whole, /^([^=]+)=(.*)$/s, '--env must be written as NAME or NAME=value');
}

function byName(flags: readonly string[] | undefined, pattern: RegExp, problem: string): Texts {
  return Object.fromEntries(
    (flags ?? []).map((flag) => {
      const [, name, value] = pattern.exec(flag) ?? [];
      if (name === undefined || value === undefined) throw new CommandError(problem);
      return [name, value];
    }),
  );
}
