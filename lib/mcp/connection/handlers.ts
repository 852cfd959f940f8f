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

/** What a handler has to know besides. */
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

/** What is answered, in distinction from what is only heard; under the same names a client promises it. */
export type Answering = Exclude<keyof McpHandlers, 'log'>;

export const answering: readonly Answering[] = ['sampling', 'elicitation', 'roots'];

/** What a client has to promise a server so that it asks. */
export function capabilitiesFor(handlers: McpHandlers): ClientCapabilities {
  const promised = answering.filter((name) => handlers[name] !== undefined).map((name) => [name, {}]);
  return Object.fromEntries(promised) as ClientCapabilities;
}

/** Throws a `TypeError` unless they are functions under names that are known. */
export function checkHandlers(handlers: McpHandlers): void {
  const names: readonly string[] = [...answering, 'log'];
  for (const [name, handler] of Object.entries(handlers) as [string, unknown][]) {
    if (!names.includes(name)) throw new TypeError(`no handler ${JSON.stringify(name)}: ${names.join(', ')}`);
    if (handler !== undefined && typeof handler !== 'function') {
      throw new TypeError(`the handler ${name} must be a function`);
    }
  }
}
