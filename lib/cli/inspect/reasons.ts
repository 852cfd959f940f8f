import type { McpSharing } from '../../mcp/connection/sharing.ts';
import { formatMs } from '../../dashboard/shared/format.ts';
import { valueOf } from './finding.ts';
import type { Inspection } from './inspection.ts';

/** What a pool saves; empty where that is not known. */
export function costClause({ opening, call }: Pick<Inspection, 'opening' | 'call'>): string {
  const [open, cost] = [valueOf(opening), valueOf(call)];
  if (open === undefined) return '';
  const opens = `opening one takes ${formatMs(open.p50Ms)}`;
  if (cost === undefined) return opens;
  const both = `${opens} and a call ${formatMs(cost.p50Ms)}`;
  return 10 * open.p50Ms < cost.p50Ms ? `${both}, so that a pool bounds rather than saves` : both;
}

/** What the number of connections follows from; empty where it is the usual one. */
export function sizeClause(
  { footprint, bearing }: Pick<Inspection, 'footprint' | 'bearing'>,
  kind: string,
  { processors }: { readonly processors: number },
): string {
  const borne = valueOf(bearing);
  if (borne?.endedBy === 'server') return `the server bears ${borne.connections} at once`;
  if (kind !== 'stdio') return '';
  const print = valueOf(footprint);
  const each = print === undefined ? 'is a process' : footprintText(print);
  return `each ${print === undefined ? each : `is ${each}`}, on ${count(processors, 'processor')}`;
}

/** Processes and their memory, in words. */
export function footprintText({
  processes,
  memoryBytes,
}: {
  readonly processes: number;
  readonly memoryBytes: number;
}): string {
  const megabytes = `${Math.max(1, Math.round(memoryBytes / 1_000_000))} MB`;
  return processes === 1 ? `a process of ${megabytes}` : `${processes} processes of ${megabytes} together`;
}

/** Why connections are shared, or are not. */
export function sharingClause({ state, cancel }: Inspection, sharing: McpSharing): string {
  switch (sharing) {
    case 'pinned':
      return 'each connection has a state of its own, so that a conversation has to keep to one';
    case 'multiplex':
      return valueOf(state) === 'shared'
        ? 'what one connection does the others see, so that many may use one'
        : 'the server keeps no session, so that many may use one';
    case 'exclusive':
      return exclusiveClause(valueOf(cancel)?.outcome, valueOf(state));
  }
}

function exclusiveClause(outcome: string | undefined, state: string | undefined): string {
  if (outcome === 'dies') return 'a cancelled request ends its connection, and would take others along';
  if (outcome === 'silent') return 'after a cancelled request a connection does not answer any more';
  if (state === 'unseen') {
    return 'the tool has shown no state, which proves nothing: if you know that there is none, multiplex does more with less';
  }
  return 'nothing is known of its state, and exclusive is right for any server';
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
