import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  type InboundHttpRequest,
  type JSONRPCMessage,
  type JSONRPCNotification,
  type JSONRPCRequest,
  LOG_LEVEL_META_KEY,
  PROTOCOL_VERSION_META_KEY,
  classifyInboundRequest,
} from '@modelcontextprotocol/server';
import type { IncomingHttpHeaders } from 'node:http';
import { headerOf } from './headers.ts';
import { nameFault } from './mcp-headers.ts';
import { type Refusal, refusal } from './refusal.ts';

/** The version of the modern era that is served. */
export const MODERN = '2026-07-28';

/** What a body holds, by the era in which it is spoken; or why it is refused, and the id of the request that is. */
export type Inbound =
  | { readonly kind: 'legacy'; readonly message: JSONRPCMessage }
  | { readonly kind: 'batch'; readonly messages: readonly JSONRPCMessage[] }
  | { readonly kind: 'modern'; readonly message: JSONRPCRequest | JSONRPCNotification }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly id?: unknown };

type Loose = Readonly<Record<string, unknown>>;

/**
 * Sorts what a client has posted. What is as it should be is seen at a glance; for all else the SDK is asked, which knows
 * the exact errors, but takes longer than all the rest. `versions`: those that are served, for whoever asks for another.
 */
export function sortInbound(headers: IncomingHttpHeaders, body: unknown, versions: readonly string[]): Inbound {
  const header = headerOf(headers, 'mcp-protocol-version');
  if (isObject(body)) {
    const claim = claimOf(body);
    if (claim === undefined && header !== MODERN && isMessage(body)) return { kind: 'legacy', message: body };
    if (claim === MODERN && header === MODERN && isRequest(body) && isPlainClaim(body)) return modern(headers, body);
  }
  return bySdk(headers, body, versions);
}

function bySdk(headers: IncomingHttpHeaders, body: unknown, versions: readonly string[]): Inbound {
  const id: unknown = isObject(body) ? body['id'] : undefined;
  const sorted = classifyInboundRequest(describe(headers, body));
  if (sorted.kind === 'reject') {
    const { httpStatus: status, code, message, data } = sorted;
    return { kind: 'refused', refusal: { status, code, message, data }, id };
  }
  if (sorted.kind === 'modern') {
    const requested = sorted.classification.revision ?? MODERN;
    if (requested !== MODERN) return { kind: 'refused', refusal: unsupported(requested, versions), id };
    return 'id' in sorted.message ? modern(headers, sorted.message) : { kind: 'modern', message: sorted.message };
  }
  const { requestedVersion } = sorted as { readonly requestedVersion?: string };
  // It claims a version that is of no era.
  if (claimOf(Object(body) as Loose) !== undefined) {
    return { kind: 'refused', refusal: unsupported(requestedVersion ?? claimOf(body as Loose), versions), id };
  }
  if (Array.isArray(body)) return { kind: 'batch', messages: body as JSONRPCMessage[] };
  return { kind: 'legacy', message: body as JSONRPCMessage };
}

/** A request of the modern era, whose headers have to say the same as its body. */
function modern(headers: IncomingHttpHeaders, message: JSONRPCRequest): Inbound {
  const fault = standardFault(headers, message);
  if (fault === undefined) return { kind: 'modern', message };
  return { kind: 'refused', refusal: mismatch(fault), id: message.id };
}

function standardFault(headers: IncomingHttpHeaders, message: JSONRPCRequest): string | undefined {
  if (headers['mcp-protocol-version'] === undefined) return 'the MCP-Protocol-Version header is missing';
  const method = headerOf(headers, 'mcp-method');
  if (method === undefined) return 'the Mcp-Method header is missing';
  if (method !== message.method) return 'the Mcp-Method header and the body disagree';
  return nameFault(headerOf(headers, 'mcp-name'), message);
}

/** The refusal of a request whose headers and body disagree. */
export function mismatch(message: string): Refusal {
  return { ...refusal(400, message), code: -32_020 };
}

/** The refusal of a version that is not served. */
function unsupported(requested: unknown, supported: readonly string[]): Refusal {
  const message = `the protocol version ${String(requested)} is not served`;
  return { status: 400, code: -32_022, message, data: { supported, requested } };
}

function describe(headers: IncomingHttpHeaders, body: unknown): InboundHttpRequest {
  const version = headerOf(headers, 'mcp-protocol-version');
  const method = headerOf(headers, 'mcp-method');
  const name = headerOf(headers, 'mcp-name');
  return {
    httpMethod: 'POST',
    ...(version !== undefined && { protocolVersionHeader: version }),
    ...(method !== undefined && { mcpMethodHeader: method }),
    ...(name !== undefined && { mcpNameHeader: name }),
    body,
  };
}

/** The version that the envelope of a message claims; `undefined` where there is none. */
function claimOf({ params }: Loose): unknown {
  const meta = isObject(params) ? params['_meta'] : undefined;
  return isObject(meta) ? meta[PROTOCOL_VERSION_META_KEY] : undefined;
}

/** Whether the envelope has what it must have, in the usual shape. */
function isPlainClaim({ params }: Loose & JSONRPCRequest): boolean {
  const meta: Loose = params?._meta ?? {};
  const { [CLIENT_CAPABILITIES_META_KEY]: capabilities, [CLIENT_INFO_META_KEY]: info } = meta;
  const level = meta[LOG_LEVEL_META_KEY];
  if (!isObject(capabilities) || (level !== undefined && !levels.has(level))) return false;
  for (const name in capabilities) if (!isObject(capabilities[name])) return false;
  return (
    info === undefined || (isObject(info) && typeof info['name'] === 'string' && typeof info['version'] === 'string')
  );
}

const levels: ReadonlySet<unknown> = new Set([
  'debug',
  'info',
  'notice',
  'warning',
  'error',
  'critical',
  'alert',
  'emergency',
]);

function isMessage(value: Loose): value is Loose & JSONRPCMessage {
  return isRequest(value) || isNotification(value) || isAnswer(value);
}

function isRequest(value: Loose): value is Loose & JSONRPCRequest {
  return isCall(value) && isId(value['id']);
}

function isNotification(value: Loose): boolean {
  return isCall(value) && !('id' in value);
}

function isCall({ jsonrpc, method, params }: Loose): boolean {
  return jsonrpc === '2.0' && typeof method === 'string' && (params === undefined || isObject(params));
}

function isAnswer({ jsonrpc, id, method, result, error }: Loose): boolean {
  if (jsonrpc !== '2.0' || method !== undefined || !isId(id)) return false;
  return error === undefined ? isObject(result) : isError(error) && result === undefined;
}

function isError(error: unknown): boolean {
  return isObject(error) && Number.isInteger(error['code']) && typeof error['message'] === 'string';
}

function isId(id: unknown): boolean {
  return typeof id === 'string' || Number.isInteger(id);
}

function isObject(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
