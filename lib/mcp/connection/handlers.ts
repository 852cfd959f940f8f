/* eslint-disable @typescript-eslint/no-deprecated -- deprecated by the modern era; the servers of the legacy one still ask */
import type {
  ClientCapabilities,
  CreateMessageRequest,
  CreateMessageResult,
  ElicitRequest,
  ElicitResult,
  ListRootsResult,
  LoggingMessageNotification,
} from '@modelcontextprotocol/client';

/** What a handler is given besides the question. */
export interface HandlerContext {
  /** Aborted when the server takes its question back, or the connection ends. */
  readonly signal: AbortSignal;
}

/**
 * Who answers what a server asks in the middle of a request, and hears what it tells. Nothing but its request bounds how
 * long a handler takes; in the modern era not even the `timeout` of that, which is for each round anew.
 */
export interface McpHandlers {
  /** `sampling/createMessage`: the server wants a model's answer. */
  sampling?(
    params: CreateMessageRequest['params'],
    context: HandlerContext,
  ): CreateMessageResult | Promise<CreateMessageResult>;
  /** `elicitation/create`: the server wants something from the user. */
  elicitation?(params: ElicitRequest['params'], context: HandlerContext): ElicitResult | Promise<ElicitResult>;
  /** `roots/list`: the server wants to know which directories it may look at. */
  roots?(context: HandlerContext): ListRootsResult | Promise<ListRootsResult>;
  /** `notifications/message`: the server writes its log. */
  log?(params: LoggingMessageNotification['params']): void;
}

/** The handlers that give an answer (`log` only listens). A client announces them as capabilities of the same names. */
export type Answering = Exclude<keyof McpHandlers, 'log'>;

export const answering: readonly Answering[] = ['sampling', 'elicitation', 'roots'];

/** The capabilities that a client has to announce, so that servers use these handlers. */
export function capabilitiesFor(handlers: McpHandlers): ClientCapabilities {
  const promised = answering.filter((name) => handlers[name] !== undefined).map((name) => [name, {}]);
  return Object.fromEntries(promised) as ClientCapabilities;
}

/** Throws a `TypeError` for a handler of an unknown name, and for one that is no function. */
export function checkHandlers(handlers: McpHandlers): void {
  const names: readonly string[] = [...answering, 'log'];
  for (const [name, handler] of Object.entries(handlers) as [string, unknown][]) {
    if (!names.includes(name)) throw new TypeError(`no handler ${JSON.stringify(name)}: ${names.join(', ')}`);
    if (handler !== undefined && typeof handler !== 'function') {
      throw new TypeError(`the handler ${name} must be a function`);
    }
  }
}
