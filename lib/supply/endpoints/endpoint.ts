/** Where connections go to. Further fields are your own, and handed to `connect`. */
export interface Endpoint {
  /** Stands in the state, in events and in errors, so that it must not be secret. The same id is the same endpoint. */
  readonly id: string;
}

/** What `connect` is told: the endpoint where the pool has `endpoints$`. */
export type ConnectContext<E extends Endpoint = never> = {
  /** Of the connection, as in the state and in events. */
  readonly id: number;
  /** Aborted when the connect is to be given up. */
  readonly signal: AbortSignal;
} & ([E] extends [never]
  ? unknown
  : {
      /** Where to connect to, out of `endpoints$`. */
      readonly endpoint: E;
    });

/** The endpoints of a list, by id; throws a `TypeError` for what is none. From untyped code it may be anything. */
export function byId(list: unknown): ReadonlyMap<string, Endpoint> {
  if (!Array.isArray(list)) throw new TypeError('endpoints must be an array');
  const endpoints = new Map<string, Endpoint>();
  for (const endpoint of list as readonly unknown[]) {
    if (!isEndpoint(endpoint)) throw new TypeError('each endpoint must have an id that is a string');
    endpoints.set(endpoint.id, endpoint);
  }
  return endpoints;
}

function isEndpoint(endpoint: unknown): endpoint is Endpoint {
  return typeof endpoint === 'object' && endpoint !== null && 'id' in endpoint && typeof endpoint.id === 'string';
}

/** What `connect` is told. */
export function contextOf(id: number, signal: AbortSignal, endpoint?: Endpoint): ConnectContext {
  const context = { id, signal };
  return endpoint === undefined ? context : Object.assign(context, { endpoint });
}
