import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/client';
import { currentContext } from '../../base/async-context.ts';
import type { LeaseTerm } from './lease-term.ts';
import { type Method, optionsOfRequest, signalled, unsignalled } from './lent-call.ts';
import type { HandlerMethod } from '../client/layered-client.ts';

/**
 * The handler that a holder has set at its client, limited to the lease: afterwards it is not called, and can send
 * nothing.
 */
export function lentHandler(term: LeaseTerm, setBy: HandlerMethod, handler: Method): Method {
  // Called in the context of the socket, but meant for that of whoever has set it.
  const context = currentContext();
  const call: Method = (...args) => context.runInAsyncScope(handler, undefined, ...args);
  if (setBy !== 'setRequestHandler') return (...args) => (term.isOver ? undefined : call(...args));
  return async (request, asked) => {
    const answer = term.isOver ? undefined : await call(request, lentContext(term, asked));
    // An answer now would be given under somebody else's lease.
    if (term.isOver) throw new ProtocolError(ProtocolErrorCode.MethodNotFound, 'nobody answers this now');
    return answer;
  };
}

/** The context of a handler, by which it sends requests and notifications of its own, limited to the lease. */
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
