import { getDefaultEnvironment } from '@modelcontextprotocol/client/stdio';
import { kindOf } from '../../base/durations.ts';
import { isSecretName } from './secret-arguments.ts';

/** Variables by name. */
type Variables = Readonly<Record<string, string>>;

/**
 * The environment of a server that is started. Variables are added to the few that the SDK holds safe to inherit: HOME,
 * PATH and the like. `inherit`: all variables of this process; `['inherit', variables]`: these as well.
 */
export type ServerEnvironment =
  Readonly<Record<string, string>> | 'inherit' | readonly ['inherit', Readonly<Record<string, string>>];

/** The variables of a server, and what of them must not be told. */
interface Environment {
  readonly variables: Variables;
  readonly secrets: readonly string[];
}

/**
 * The variables that a server gets. What was given for it is secret, and of what it inherits that whose name tells so.
 * Throws a `TypeError` for what is no environment.
 */
export function environmentOf(given: ServerEnvironment): Environment {
  const own = ownVariables(given);
  if (!inherits(given)) return { variables: { ...getDefaultEnvironment(), ...own }, secrets: Object.values(own) };
  const all = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const secrets = all.filter(([name]) => isSecretName(name)).map(([, value]) => value);
  return { variables: { ...Object.fromEntries(all), ...own }, secrets: [...secrets, ...Object.values(own)] };
}

/** An environment with the variables that a file has for its server; those that were given besides win. */
export function withVariables(ofFile: Variables, given: ServerEnvironment = {}): ServerEnvironment {
  const variables = { ...ofFile, ...ownVariables(given) };
  return inherits(given) ? ['inherit', variables] : variables;
}

function inherits(given: ServerEnvironment): given is 'inherit' | readonly ['inherit', Variables] {
  return given === 'inherit' || isList(given);
}

function ownVariables(given: ServerEnvironment): Variables {
  if (given === 'inherit') return {};
  const own: unknown = isList(given) ? pairOf(given) : given;
  if (typeof own !== 'object' || own === null) {
    const isNearly = typeof given === 'string' || isList(given);
    const what = isNearly ? "an object of strings, 'inherit', or both in a list" : `an object, not ${kindOf(own)}`;
    throw new TypeError(`env must be ${what}`);
  }
  const values: readonly unknown[] = Object.values(own);
  if (!values.every((value) => typeof value === 'string')) throw new TypeError('env must hold strings only');
  return own as Variables;
}

/** The variables of a list that is as it should be. */
function pairOf([first, variables, ...others]: readonly unknown[]): unknown {
  return first === 'inherit' && others.length === 0 ? variables : undefined;
}

function isList(given: ServerEnvironment): given is readonly ['inherit', Variables] {
  return Array.isArray(given);
}
