import {
  type CallToolRequest,
  type CallToolRequestOptions,
  type CallToolResult,
  ProtocolError,
  type Request,
  type RequestOptions,
} from '@modelcontextprotocol/client';
import { PoolClient } from './pool-client.ts';

/** After a list that was read anew had not helped, in milliseconds: so long it is not read again for the same tool. */
const CONFIRMED_MS = 1000;

/**
 * The SDK's client, which does not refuse a result by the schema of yesterday: where a result does not match what the last
 * list said of its tool, the list is read again first. The tool is not called again.
 */
export class ListingClient extends PoolClient {
  /** The tool whose result did not match the newest list either. */
  #mismatch: { readonly tool: string; readonly until: number } | undefined;

  override async callTool(
    params: CallToolRequest['params'],
    options?: CallToolRequestOptions,
  ): Promise<CallToolResult> {
    const call: { wasAsked: boolean; answer?: { readonly result: unknown } } = { wasAsked: false };
    const noting = this.#asking(async (request, given) => {
      call.wasAsked ||= request.method === 'tools/call';
      const result = await this.request(request as CallToolRequest, given);
      if (request.method === 'tools/call') call.answer = { result };
      return result;
    });
    try {
      return await super.callTool.call(noting, params, options);
    } catch (error) {
      const refused = call.answer;
      // What the server refused itself has nothing to do with lists.
      const isOfServer = call.wasAsked && refused === undefined;
      if (isOfServer || !this.#mayBeOld(error, params, options)) throw error;
      await this.#readList(error, options);
      const judging = refused === undefined ? this : this.#asking(() => Promise.resolve(refused.result));
      return super.callTool.call(judging, params, options).catch((again: unknown) => {
        this.#mismatch = { tool: params.name, until: performance.now() + CONFIRMED_MS };
        throw again;
      });
    }
  }

  /** Throws this error where the list cannot be read. */
  async #readList(error: unknown, { signal, timeout }: CallToolRequestOptions = {}): Promise<void> {
    const given = { ...(signal && { signal }), ...(timeout !== undefined && { timeout }) };
    try {
      await this.listTools(undefined, { ...given, cacheMode: 'refresh' });
    } catch {
      throw error;
    }
  }

  /** Whether it was a list that refused the result, and one that may have been of another version. */
  #mayBeOld(error: unknown, { name }: CallToolRequest['params'], options: CallToolRequestOptions | undefined): boolean {
    if (!(error instanceof ProtocolError) || options?.toolDefinition !== undefined) return false;
    const known = this.#mismatch;
    return known?.tool !== name || known.until < performance.now();
  }

  /** The same client, which asks in this way: what comes back is seen before the SDK judges it. */
  #asking(request: (request: Request, options?: RequestOptions) => Promise<unknown>): this {
    return Object.create(this, { request: { value: request } }) as this;
  }
}
