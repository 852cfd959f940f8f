import {
  type CallToolRequest,
  type CallToolRequestOptions,
  type CallToolResult,
  ProtocolError,
  type Request,
  type RequestOptions,
} from '@modelcontextprotocol/client';
import { LayeredClient } from './layered-client.ts';

/**
 * When reading the list of tools again has not helped, it is not read again for the same tool for so many milliseconds.
 */
const CONFIRMED_MS = 1000;

/**
 * An SDK client that does not refuse a result because of an outdated schema. When a result does not match what the last
 * list said of its tool, the list is read again before the result is refused. The tool is not called again.
 */
export class ListingClient extends LayeredClient {
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

  /** Reads the list of tools again; throws this error when that fails. */
  async #readList(error: unknown, { signal, timeout }: CallToolRequestOptions = {}): Promise<void> {
    const given = { ...(signal && { signal }), ...(timeout !== undefined && { timeout }) };
    try {
      await this.listTools(undefined, { ...given, cacheMode: 'refresh' });
    } catch {
      throw error;
    }
  }

  /** Whether the result was refused by a list of tools that may be outdated. */
  #mayBeOld(error: unknown, { name }: CallToolRequest['params'], options: CallToolRequestOptions | undefined): boolean {
    if (!(error instanceof ProtocolError) || options?.toolDefinition !== undefined) return false;
    const known = this.#mismatch;
    return known?.tool !== name || known.until < performance.now();
  }

  /** The same client with another `request`, so that a result is seen before the SDK judges it. */
  #asking(request: (request: Request, options?: RequestOptions) => Promise<unknown>): this {
    return Object.create(this, { request: { value: request } }) as this;
  }
}
