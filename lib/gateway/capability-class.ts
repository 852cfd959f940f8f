import type { ClientCapabilities } from '@modelcontextprotocol/client';

/** What servers may ask of a client. */
export type Answerable = Pick<ClientCapabilities, 'sampling' | 'elicitation' | 'roots'>;

/** Clients that can be asked the same. */
export interface CapabilityClass {
  /** The same for the same capabilities. */
  readonly name: string;
  readonly answerable: Answerable;
}

/** What makes a difference to servers; whatever else a client announces opens no connections of its own. */
const parts: Readonly<Record<keyof Answerable, readonly string[]>> = {
  sampling: ['tools', 'context'],
  elicitation: ['form', 'url'],
  roots: [],
};

/** The class of a client that has announced these capabilities. */
export function classOf(capabilities: unknown): CapabilityClass {
  const announced = Object(capabilities) as Readonly<Record<string, unknown>>;
  const names = Object.keys(parts) as (keyof Answerable)[];
  const answerable = Object.fromEntries(
    names.filter((name) => isObject(announced[name])).map((name) => [name, partsIn(announced[name], parts[name])]),
  );
  return { name: JSON.stringify(answerable), answerable };
}

/** Whether servers may ask clients of this class anything. */
export function isAskable({ answerable }: CapabilityClass): boolean {
  return Object.keys(answerable).length > 0;
}

function partsIn(announced: unknown, known: readonly string[]): object {
  const given = announced as Readonly<Record<string, unknown>>;
  return Object.fromEntries(known.filter((name) => isObject(given[name])).map((name) => [name, {}]));
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
