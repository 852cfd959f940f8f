/** An endpoint to connect to. Further fields are your own and are passed to `connect`. */
export interface Endpoint {
  /** Appears in the state, in events and in errors, so it must not be secret. The same id is the same endpoint. */
  readonly id: string;
}

/** The argument of `connect`; it has an endpoint if the pool has `endpoints$`. */
export type ConnectContext<E extends Endpoint = never> = {
  /** The id of the connection, as in the state and in events. */
  readonly id: number;
  /** Aborted when the connect has to give up. */
  readonly signal: AbortSignal;
} & ([E] extends [never]
  ? unknown
  : {
      /** The endpoint to connect to, one of `endpoints$`. */
      readonly endpoint: E;
    });

/** The endpoints of a list, by id. Throws a `TypeError` for an invalid list, since untyped code may emit anything. */
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

/** Makes the argument of `connect`. */
export function contextOf(id: number, signal: AbortSignal, endpoint?: Endpoint): ConnectContext {
  const context = { id, signal };
  return endpoint === undefined ? context : Object.assign(context, { endpoint });
}
