import { checkObject } from '../base/durations.ts';
import { checkNames } from './option-names.ts';
import type { McpPoolOptions } from './mcp-pool.ts';

const eras: readonly unknown[] = ['auto', 'legacy', 'modern', undefined];

/** Throws a `TypeError` for options of a pool of MCP connections that make no sense, but for those of its parts. */
export function checkMcpOptions(options: McpPoolOptions): void {
  checkObject('options', options);
  checkNames.createMcpPool(options);
  checkTransport(options);
  const { era, pool, clientInfo, clientOptions, onClient } = options;
  if (!eras.includes(era)) throw new TypeError(`era must be auto, legacy or modern: ${String(era)}`);
  if (pool !== undefined && typeof pool !== 'boolean') throw new TypeError('pool must be true or false');
  if (clientInfo !== undefined) checkObject('clientInfo', clientInfo);
  if (clientOptions !== undefined) checkObject('clientOptions', clientOptions);
  if (onClient !== undefined && typeof onClient !== 'function') throw new TypeError('onClient must be a function');
  // The pool never sees it: it is called after the connection's own.
  if (options.warm !== undefined && typeof options.warm !== 'function') throw new TypeError('warm must be a function');
}

function checkTransport({ transport, endpoints$ }: McpPoolOptions): void {
  if (endpoints$ !== undefined && transport !== undefined)
    throw new TypeError('choose one of transport and endpoints$');
  const create: unknown = Reflect.get(Object(transport) as object, 'create');
  if (endpoints$ === undefined && typeof create !== 'function') {
    throw new TypeError('transport must be made by tcp(), stdio() or streamableHttp()');
  }
}
