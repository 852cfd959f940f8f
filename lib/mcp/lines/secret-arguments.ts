/** The arguments of a program as people may see them, and what was struck out of them. */
export interface HiddenArguments {
  readonly shown: readonly string[];
  readonly secrets: readonly string[];
}

const STRUCK_OUT = '***';

/** Words in the names of flags and variables whose values nobody else should read. */
const secretWords: ReadonlySet<string> = new Set([
  ...['key', 'keys', 'apikey', 'token', 'tokens', 'apitoken', 'secret', 'secrets', 'password', 'passwd', 'passphrase'],
  ...['pwd', 'pass', 'pat', 'auth', 'authorization', 'bearer', 'credential', 'credentials', 'cookie', 'jwt', 'dsn'],
]);

/** Flags whose value is a header, which may hold anything. */
const headerFlag = /^(?:-H|--?headers?)$/;

/** Whether a variable or flag of this name holds what nobody else should read, such as `API_KEY` or `--access-token`. */
export function isSecretName(name: string): boolean {
  const words = name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/);
  return words.some((word) => secretWords.has(word));
}

/**
 * Strikes out what is secret in arguments: the values of flags that are named for it (`--api-key x`, `--token=x`), headers
 * (`--header 'Authorization: x'`), `NAME=x` where the name tells it, and the user and password of an address.
 */
export function hideSecrets(args: readonly string[]): HiddenArguments {
  const secrets: string[] = [];
  const shown = args.map((arg, i) => {
    const [text, found] = hidden(arg, args[i - 1] ?? '');
    secrets.push(...found);
    return text;
  });
  return { shown, secrets };
}

/** The argument as it may be seen, and its secrets. */
function hidden(arg: string, before: string): readonly [string, readonly string[]] {
  if (isFlagOfSecret(before) && !arg.startsWith('-')) return [STRUCK_OUT, secretsIn(arg)];
  const [, name, value] = /^(-{0,2}[\w.-]+)=(.+)$/s.exec(arg) ?? [];
  if (name !== undefined && value !== undefined && (isSecretName(name) || headerFlag.test(name))) {
    return [`${name}=${STRUCK_OUT}`, secretsIn(value)];
  }
  const [address, scheme, user] = /([a-z][a-z\d+.-]*:\/\/)([^\s/@]+)@/i.exec(arg) ?? [];
  if (address === undefined || scheme === undefined || user === undefined) return [arg, []];
  return [arg.replace(address, `${scheme}${STRUCK_OUT}@`), [user, ...user.split(':')]];
}

function isFlagOfSecret(flag: string): boolean {
  return headerFlag.test(flag) || (/^--?[\w.-]+$/.test(flag) && isSecretName(flag));
}

/** A header is quoted without its name as well. */
function secretsIn(value: string): readonly string[] {
  const [, ofHeader] = /^[\w-]+:\s*(.+)$/s.exec(value) ?? [];
  return ofHeader === undefined ? [value] : [value, ofHeader];
}
