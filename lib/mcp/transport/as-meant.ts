import type { JSONRPCMessage } from '@modelcontextprotocol/client';

/** Any object of a message, as far as it is looked at here. */
type Loose = Record<string, unknown>;

/** What a server that names itself nowhere is called, since the SDK wants a name. */
const NAMELESS = { name: 'unknown', version: '' };

/** Servers whose languages have no `undefined` leave nothing out, and write `null`. */
const LEFT_OUT = null;

/**
 * The message with `null` taken for what it is meant as, something that was left out: an `error` beside a result, a result
 * beside an error, `_meta`, and whatever the server says of itself in `initialize` and `server/discover`. Other results
 * stay as the server sent them. The message must be freshly parsed: it is changed in place, and one that is well formed
 * costs a few looks at it and no copy.
 */
export function asMeant(message: JSONRPCMessage): JSONRPCMessage {
  const { result, error, params } = message as Loose;
  if (result === undefined) withoutMeta(params);
  else if (result === LEFT_OUT) {
    if (isObject(error)) delete (message as Loose)['result'];
  } else {
    if (error === LEFT_OUT) delete (message as Loose)['error'];
    if (withoutMeta(result)) introduced(result);
  }
  return message;
}

/**
 * The same value without the properties that are `null`, at any depth, but for lists and what they hold. For what has a
 * schema by which nothing may be `null`.
 */
export function withoutNulls(value: unknown): unknown {
  if (!isObject(value) || Array.isArray(value)) return value;
  const said = Object.entries(value).filter(([, property]) => property !== LEFT_OUT);
  return Object.fromEntries(said.map(([name, property]) => [name, withoutNulls(property)]));
}

/** Mends what a server says of itself; other results are not looked into. */
function introduced(result: Loose): void {
  const isOfInitialize = typeof result['protocolVersion'] === 'string';
  if (!isOfInitialize && !Array.isArray(result['supportedVersions'])) return;
  for (const [name, value] of Object.entries(result)) {
    if (value === LEFT_OUT) Reflect.deleteProperty(result, name);
    else result[name] = withoutNulls(value);
  }
  result['capabilities'] ??= {};
  if (isOfInitialize) result['serverInfo'] = { ...NAMELESS, ...Object(result['serverInfo']) } as Loose;
}

/** Removes a `_meta` that is `null`; returns whether the value is an object at all. */
function withoutMeta(value: unknown): value is Loose {
  if (!isObject(value)) return false;
  if (value['_meta'] === LEFT_OUT) delete value['_meta'];
  return true;
}

function isObject(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null;
}
