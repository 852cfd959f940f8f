import {
  type CacheableRequestOptions,
  type CallToolRequest,
  type CallToolRequestOptions,
  type CallToolResult,
  type ClientCapabilities,
  type ClientOptions,
  type Implementation,
  type ListPromptsRequest,
  type ListPromptsResult,
  type ListResourceTemplatesRequest,
  type ListResourceTemplatesResult,
  type ListResourcesRequest,
  type ListResourcesResult,
  type ListToolsRequest,
  type ListToolsResult,
  type Request,
  type RequestOptions,
  type Result,
  SdkError,
  SdkErrorCode,
  type StandardSchemaV1,
  mergeCapabilities,
} from '@modelcontextprotocol/client';
import type { Unsubscribable } from 'rxjs';
import { follow } from '../../base/on-abort.ts';
import { toError } from '../../base/thrown.ts';
import type { Exchanges, SdkSide } from '../exchange/exchanges.ts';
import { invalid } from '../exchange/answer.ts';
import { shapeFault } from '../exchange/result-shape.ts';
import type { ToolBook } from '../exchange/tool-book.ts';
import { ToolCall, type ToolListener } from '../exchange/tool-call.ts';
import type { McpRequest } from '../transport/mcp-request.ts';
import { eraRefusal } from './era-methods.ts';
import { LayeredClient } from './layered-client.ts';
import { paged } from './paged.ts';

/** Lets any result pass: the exchange has judged the answer, and unknown methods have unknown results. */
const anyResult: StandardSchemaV1<unknown, Result> = {
  '~standard': { version: 1, vendor: 'rx-mcp-pool', validate: (value) => ({ value: value as Result }) },
};

/**
 * An SDK client whose requests are exchanges once its connection is initialised: all of its methods send by `request`. What
 * it does besides, such as gathering the pages of lists and keeping answers, stays as it is.
 */
export class ExchangeClient extends LayeredClient implements SdkSide {
  readonly #clientInfo: Implementation;
  #capabilities: ClientCapabilities;
  readonly #isStoreForeign: boolean;
  readonly #isStrict: boolean;
  #exchanges: Exchanges | undefined;
  #book: ToolBook | undefined;

  /** `isStoreForeign`: the store of answers is a user's own, which may hold lists that no exchange has brought. */
  constructor(clientInfo: Implementation, options: ClientOptions = {}, isStoreForeign = false) {
    super(clientInfo, options);
    this.#clientInfo = clientInfo;
    this.#capabilities = options.capabilities ?? {};
    this.#isStoreForeign = isStoreForeign;
    this.#isStrict = options.enforceStrictCapabilities === true;
  }

  get announced(): { readonly clientInfo: Implementation; readonly capabilities: ClientCapabilities } {
    return { clientInfo: this.#clientInfo, capabilities: this.#capabilities };
  }

  /** Why the SDK would not send a request of this method: the era does not have it, or the server has not announced it. */
  refusalOf(method: string): Error | undefined {
    const refusal = eraRefusal(this.getProtocolEra(), method);
    if (refusal !== undefined || !this.#isStrict) return refusal;
    try {
      this.assertCapabilityForMethod(method);
      return undefined;
    } catch (error) {
      return toError(error);
    }
  }

  override registerCapabilities(capabilities: ClientCapabilities): void {
    super.registerCapabilities(capabilities);
    this.#capabilities = mergeCapabilities(this.#capabilities, capabilities);
  }

  /** To be called when the connection is initialised. */
  carryBy(exchanges: Exchanges, book: ToolBook): void {
    this.#exchanges = exchanges;
    this.#book = book;
  }

  // Async, so that what the SDK throws is a rejection.
  async requestBySdk(request: McpRequest, options: RequestOptions): Promise<Result> {
    return super.request(request as Request, anyResult, options);
  }

  override request(request: Request, ...given: unknown[]): Promise<never> {
    const exchanges = this.#exchanges;
    const schema = isSchema(given[0]) ? given[0] : undefined;
    const options = (schema === undefined ? given[0] : given[1]) as RequestOptions | undefined;
    if (exchanges === undefined || isForSdk(options)) return this.#bySdk(request, given);
    return new Promise((resolve, reject) => {
      const next = (result: Result): void => {
        if (schema !== undefined) {
          resolve(validated(request.method, schema, result) as never);
          return;
        }
        const fault = shapeFault(request.method, result);
        if (fault === undefined) resolve(result as never);
        else reject(fault);
      };
      exchanges.begin(request as McpRequest, options, { next, error: rejectAsSdk(reject, options) });
    });
  }

  override async listTools(
    params?: ListToolsRequest['params'],
    options?: CacheableRequestOptions,
  ): Promise<ListToolsResult> {
    if (params?.cursor !== undefined) return super.listTools(params, options);
    const list = await super.listTools.call(paged(this), params, options);
    this.#book?.replace(list);
    return list;
  }

  override listPrompts(
    params?: ListPromptsRequest['params'],
    options?: CacheableRequestOptions,
  ): Promise<ListPromptsResult> {
    return super.listPrompts.call(this.#pagedBy(params), params, options);
  }

  override listResources(
    params?: ListResourcesRequest['params'],
    options?: CacheableRequestOptions,
  ): Promise<ListResourcesResult> {
    return super.listResources.call(this.#pagedBy(params), params, options);
  }

  override listResourceTemplates(
    params?: ListResourceTemplatesRequest['params'],
    options?: CacheableRequestOptions,
  ): Promise<ListResourceTemplatesResult> {
    return super.listResourceTemplates.call(this.#pagedBy(params), params, options);
  }

  override async callTool(
    params: CallToolRequest['params'],
    options?: CallToolRequestOptions,
  ): Promise<CallToolResult> {
    // As with the SDK, which looks into its store first: a call whose lease ends in the same tick is never sent.
    await Promise.resolve();
    return new Promise((resolve, reject) => {
      this.beginCall(params, options, { next: resolve, error: rejectAsSdk(reject, options) });
    });
  }

  /** The same, whose outcome is told to the listener; what is returned cancels it. */
  beginCall(
    params: CallToolRequest['params'],
    given: CallToolRequestOptions | undefined,
    listener: ToolListener,
  ): Unsubscribable {
    const options = given ?? NO_OPTIONS;
    const [exchanges, book] = [this.#exchanges, this.#book];
    const isBeyond = options.toolDefinition !== undefined || this.#isStoreForeign || isForSdk(options);
    if (exchanges === undefined || book === undefined || isBeyond) return this.#callBySdk(params, options, listener);
    return new ToolCall({ exchanges, book, readList: this.#readList, params, options, listener }).begin();
  }

  /** By the SDK's own method, which knows of more: a tool's definition given by the caller, a store of the user's own. */
  #callBySdk(
    params: CallToolRequest['params'],
    options: CallToolRequestOptions,
    listener: ToolListener,
  ): Unsubscribable {
    const abort = new AbortController();
    const unfollow = options.signal && follow(options.signal, abort);
    super
      .callTool(params, { ...options, signal: abort.signal })
      .finally(() => unfollow?.())
      .then(
        (result) => {
          listener.next(result);
          listener.complete?.();
        },
        (error: unknown) => {
          listener.error(error);
        },
      );
    return {
      unsubscribe: () => {
        abort.abort();
      },
    };
  }

  /** Reads the list of tools anew, past the answers that are kept. */
  readonly #readList = (options: RequestOptions): Promise<unknown> =>
    this.listTools(undefined, { ...options, cacheMode: 'refresh' });

  /** For a whole list; whoever names a cursor wants one page. */
  #pagedBy(params: { readonly cursor?: string | undefined } | undefined): this {
    return params?.cursor === undefined ? paged(this) : this;
  }

  #bySdk(request: Request, given: readonly unknown[]): Promise<never> {
    return super.request(request as never, ...(given as [never])) as Promise<never>;
  }
}

const NO_OPTIONS: CallToolRequestOptions = {};

export function isSchema(given: unknown): given is StandardSchemaV1 {
  return typeof given === 'object' && given !== null && '~standard' in given;
}

/** Options that only the SDK's way knows: to be told where a stream can be taken up again, and to take one up. */
function isForSdk(options: RequestOptions | undefined): boolean {
  return options?.onresumptiontoken !== undefined || options?.resumptionToken !== undefined;
}

async function validated(method: string, { '~standard': schema }: StandardSchemaV1, result: Result): Promise<unknown> {
  const outcome = await schema.validate(result);
  if (outcome.issues === undefined) return outcome.value;
  throw invalid(method, outcome.issues.map(({ message }) => message).join('; '));
}

/** The SDK calls an abort a timeout, whatever its reason; those who use its client expect that. */
function rejectAsSdk(reject: (error: unknown) => void, options: RequestOptions | undefined): (error: unknown) => void {
  const signal = options?.signal;
  return (error) => {
    const isAbort = signal?.aborted === true && error === signal.reason && !(error instanceof SdkError);
    reject(isAbort ? new SdkError(SdkErrorCode.RequestTimeout, String(error)) : error);
  };
}
