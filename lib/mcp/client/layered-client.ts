import { Client } from '@modelcontextprotocol/client';
import { Layers } from './layers.ts';

/** The methods of an SDK client by which handlers are set and removed, each with the one that undoes it. */
const undoneBy = {
  setRequestHandler: 'removeRequestHandler',
  removeRequestHandler: 'removeRequestHandler',
  setNotificationHandler: 'removeNotificationHandler',
  removeNotificationHandler: 'removeNotificationHandler',
} as const;

export type HandlerMethod = keyof typeof undoneBy;

/** No field of the class, because the SDK's constructor sets handlers before there are fields. */
const layersOf = new WeakMap<Client, Layers>();

/** An SDK client that remembers who has set which handler, so that those of one holder can be taken back. */
export class LayeredClient extends Client {
  override setRequestHandler(...args: unknown[]): void {
    setBase(this, 'setRequestHandler', args);
  }

  override removeRequestHandler(...args: unknown[]): void {
    setBase(this, 'removeRequestHandler', args);
  }

  override setNotificationHandler(...args: unknown[]): void {
    setBase(this, 'setNotificationHandler', args);
  }

  override removeNotificationHandler(...args: unknown[]): void {
    setBase(this, 'removeNotificationHandler', args);
  }
}

/** The values that were set at a client and its transport, in layers by owner. */
export function layersAt(client: Client): Layers {
  let layers = layersOf.get(client);
  if (layers === undefined) {
    layers = new Layers();
    layersOf.set(client, layers);
  }
  return layers;
}

/** Sets or removes a handler for a holder; dropping the holder from the layers undoes it. */
export function setHandlerFor(owner: object, client: Client, method: HandlerMethod, args: readonly unknown[]): void {
  const apply = (): void => {
    callSdk(client, method, args);
  };
  const restore = (): void => {
    callSdk(client, undoneBy[method], args);
  };
  layersAt(client).set(owner, nameOf(method, args), apply, restore);
}

export function isHandlerMethod(name: PropertyKey): name is HandlerMethod {
  return Object.hasOwn(undoneBy, name);
}

function setBase(client: Client, method: HandlerMethod, args: readonly unknown[]): void {
  layersAt(client).base(nameOf(method, args), () => {
    callSdk(client, method, args);
  });
}

/** The one that sets and the one that removes are about the same handler. */
function nameOf(method: HandlerMethod, args: readonly unknown[]): string {
  return `${undoneBy[method]} ${String(args[0])}`;
}

function callSdk(client: Client, method: HandlerMethod, args: readonly unknown[]): void {
  const { [method]: own }: Record<HandlerMethod, (...args: never[]) => void> = Client.prototype;
  Reflect.apply(own, client, args);
}
