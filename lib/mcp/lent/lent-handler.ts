import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/client';
import type { LeaseTerm } from './lease-term.ts';
import { type Method, optionsOfRequest, signalled, unsignalled } from './lent-call.ts';
import type { HandlerMethod } from './pool-client.ts';

/** A handler that a holder sets at its client: it answers and hears, and sends by its context, within the lease only. */
export function lentHandler(term: LeaseTerm, setBy: HandlerMethod, handler: Method): Method {
  if (setBy !== 'setRequestHandler') return (...args) => (term.isOver ? undefined : handler(...args));
  return async (request, context) => {
    const answer = term.isOver ? undefined : await handler(request, lentContext(term, context));
    // What the server was told now it would be told under somebody else's lease.
    if (term.isOver) throw new ProtocolError(ProtocolErrorCode.MethodNotFound, 'nobody answers this now');
    return answer;
  };
}

/** By it a handler sends requests and notifications of its own. */
function lentContext(term: LeaseTerm, context: unknown): unknown {
  const { mcpReq } = Object(context) as { readonly mcpReq?: { readonly send?: Method; readonly notify?: Method } };
  if (mcpReq === undefined) return context;
  const { send, notify } = mcpReq;
  const lent = {
    ...mcpReq,
    ...(send && { send: (...args: unknown[]) => signalled(term, send, mcpReq, args, optionsOfRequest(args)) }),
    ...(notify && { notify: (...args: unknown[]) => unsignalled(term, notify, mcpReq, args) }),
  };
  return { ...(context as object), mcpReq: lent };
}
