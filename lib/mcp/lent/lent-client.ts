import type { Client } from '@modelcontextprotocol/client';
import type { LeaseTerm } from './lease-term.ts';
import { type Method, optionsOfRequest, signalled, unsignalled } from './lent-call.ts';
import { lentHandler } from './lent-handler.ts';
import type { LentResources } from './lent-resources.ts';
import { isHandlerMethod, layersAt, setHandlerFor } from '../client/layered-client.ts';
import type { McpRequest } from '../transport/mcp-request.ts';

/** What a client is lent with. */
interface LentClientParts {
  readonly client: Client;
  readonly term: LeaseTerm;
  readonly resources: LentResources;
  /** To be called when the holder sets a handler: what the server says unasked is to be heard. */
  readonly listen: () => void;
}

/** The index of the options among the arguments of each method that sends a request, but for `request` itself. */
const optionsAt: Readonly<Partial<Record<PropertyKey, number>>> = {
  callTool: 1,
  complete: 1,
  discover: 0,
  getPrompt: 1,
  listPrompts: 1,
  listResourceTemplates: 1,
  listResources: 1,
  listTools: 1,
  listen: 1,
  ping: 0,
  readResource: 1,
  setLoggingLevel: 1,
  subscribeResource: 1,
  unsubscribeResource: 1,
} satisfies Partial<Record<keyof Client, number>>;

/** The request that each of these two methods sends; they are recorded with the holder's resources. */
const requestOf: Readonly<Partial<Record<PropertyKey, string>>> = {
  subscribeResource: 'resources/subscribe',
  unsubscribeResource: 'resources/unsubscribe',
};

/** Methods that send something other than a request, or end the connection. */
const others: ReadonlySet<PropertyKey> = new Set(['close', 'connect', 'notification', 'sendRootsListChanged']);

/**
 * The client of a connection, for one lease. When the lease ends, its unanswered requests are cancelled, handlers and
 * properties that were set are set back, and later calls reject with `POOL_LEASE_ENDED`. What only reads goes to the
 * client itself.
 */
export function lentClient(parts: LentClientParts): Client {
  const { client, term } = parts;
  return new Proxy(client, {
    get: (_, name) => {
      if (name === 'transport') return client.transport && lentTransport(client, client.transport, term);
      const value: unknown = Reflect.get(client, name);
      return typeof value === 'function' ? (gated(parts, name, value as Method) ?? value) : value;
    },
    set: (_, name, value) => set(term, client, { at: client, as: 'client' }, name, value),
  });
}

/** The method as it is lent; `undefined` for one that only reads, or that sends by way of the methods below. */
function gated(
  { client, term, resources, listen }: LentClientParts,
  name: PropertyKey,
  method: Method,
): Method | undefined {
  if (isHandlerMethod(name)) {
    return (...args) => {
      term.check();
      listen();
      const lent = args.map((arg) => (typeof arg === 'function' ? lentHandler(term, name, arg as Method) : arg));
      setHandlerFor(term, client, name, lent);
    };
  }
  if (others.has(name)) return (...args) => unsignalled(term, method, client, args);
  const at = optionsAt[name];
  if (at === undefined && name !== 'request') return undefined;
  return (...args) => {
    if (!term.isOver) resources.sent(sentBy(name, args[0]));
    return signalled(term, method, client, args, at ?? optionsOfRequest(args));
  };
}

function sentBy(name: PropertyKey, given: unknown): Partial<McpRequest> {
  if (name === 'request') return Object(given) as McpRequest;
  const method = requestOf[name];
  return method === undefined ? {} : { method, params: Object(given) as NonNullable<McpRequest['params']> };
}

/** The transport of the client, for as long as the lease lasts. */
function lentTransport<T extends object>(client: Client, transport: T, term: LeaseTerm): T {
  return new Proxy(transport, {
    get: (_, name) => {
      const value: unknown = Reflect.get(transport, name);
      if (typeof value !== 'function' || String(name).startsWith('on')) return value;
      const method = value as Method;
      if (name === 'send' || name === 'close') {
        return (...args: unknown[]) => unsignalled(term, method, transport, args);
      }
      return (...args: unknown[]) => {
        term.check();
        return Reflect.apply(method, transport, args);
      };
    },
    set: (_, name, value) => set(term, client, { at: transport, as: 'transport' }, name, value),
  });
}

/** Sets a property, and has it set back when the lease ends. */
function set(
  term: LeaseTerm,
  client: Client,
  { at, as }: { readonly at: object; readonly as: string },
  name: PropertyKey,
  value: unknown,
): boolean {
  term.check();
  const before: unknown = Reflect.get(at, name);
  const put = (what: unknown) => (): void => {
    Reflect.set(at, name, what);
  };
  layersAt(client).set(term, `${as}.${String(name)}`, put(value), put(before));
  return true;
}
