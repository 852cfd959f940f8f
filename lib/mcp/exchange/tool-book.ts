import {
  type JsonSchemaType,
  ProtocolError,
  ProtocolErrorCode,
  type Result,
  fromJsonSchema,
  type jsonSchemaValidator,
} from '@modelcontextprotocol/client';
import { messageOf } from '../../base/thrown.ts';

/** Tools that are remembered at most; beyond, the oldest is forgotten. */
const MOST_TOOLS = 1000;
/** When reading the list again has not helped, it is not read again for the same tool for so many milliseconds. */
const CONFIRMED_MS = 1000;
/** Characters of what is wrong with a schema that an error quotes. */
const QUOTED_LENGTH = 200;

/** What a tool has promised of its results. */
interface Promised {
  readonly schema: JsonSchemaType;
  /** Compiled at the first call, which takes a third of a millisecond. */
  check?: (content: unknown) => string | undefined;
}

/**
 * What the tools of one server promise of their results, by the lists of tools that have come from it so far, on any of its
 * connections. The messages of the errors are those of the SDK.
 */
export class ToolBook {
  readonly #validator: jsonSchemaValidator | undefined;
  // A map keeps the order of insertion, so its first is the oldest.
  readonly #promised = new Map<string, Promised>();
  /** The tool whose result did not match the newest list either. */
  #confirmed: { readonly tool: string; readonly until: number } | undefined;

  /** Schemas are compiled by the SDK's own validator where none is given. */
  constructor(validator?: jsonSchemaValidator) {
    this.#validator = validator;
  }

  /** To be called with each result of `tools/list`, of whatever page. */
  learn({ tools }: Result): void {
    if (Array.isArray(tools)) tools.forEach(this.#learnTool.bind(this));
  }

  /** To be called with a list that is whole: a tool that is not in it has promised nothing. */
  replace(list: Result): void {
    this.clear();
    this.learn(list);
  }

  /** To be called when the server tells that its list has changed, or may be another server by now. */
  clear(): void {
    this.#promised.clear();
  }

  /** What is wrong with the schema itself; then a call need not be sent. */
  schemaFault(tool: string): Error | undefined {
    const promised = this.#promised.get(tool);
    return promised === undefined || promised.check !== undefined ? undefined : this.#compile(tool, promised);
  }

  /** Why a result is none that the tool has promised; `undefined` where it is one, or nothing is known. */
  resultFault(tool: string, { structuredContent, isError }: Result): Error | undefined {
    const promised = this.#promised.get(tool);
    if (promised === undefined || isError === true) return undefined;
    if (structuredContent === undefined) {
      const why = `Tool ${tool} has an output schema but did not return structured content`;
      return new ProtocolError(ProtocolErrorCode.InvalidRequest, why);
    }
    const invalid = promised.check === undefined ? this.#compile(tool, promised) : undefined;
    if (invalid !== undefined) return invalid;
    const fault = promised.check?.(structuredContent);
    if (fault === undefined) return undefined;
    const why = `Structured content does not match the tool's output schema: ${fault}`;
    return new ProtocolError(ProtocolErrorCode.InvalidParams, why);
  }

  /** Whether the list may be outdated where a result does not match: not if it has been read again just now. */
  mayBeOld(tool: string): boolean {
    return this.#confirmed?.tool !== tool || this.#confirmed.until < performance.now();
  }

  /** The result does not match the newest list either. */
  confirm(tool: string): void {
    this.#confirmed = { tool, until: performance.now() + CONFIRMED_MS };
  }

  #compile(tool: string, promised: Promised): Error | undefined {
    try {
      promised.check = compiled(promised.schema, this.#validator);
      return undefined;
    } catch (error) {
      const why = messageOf(error).slice(0, QUOTED_LENGTH);
      return new ProtocolError(ProtocolErrorCode.InvalidParams, `Tool '${tool}' has an invalid outputSchema: ${why}`);
    }
  }

  #learnTool(tool: unknown): void {
    const { name, outputSchema } = Object(tool) as { readonly name?: unknown; readonly outputSchema?: unknown };
    if (typeof name !== 'string') return;
    this.#promised.delete(name);
    if (typeof outputSchema !== 'object' || outputSchema === null) return;
    this.#promised.set(name, { schema: outputSchema });
    const [oldest] = this.#promised.keys();
    if (this.#promised.size > MOST_TOOLS && oldest !== undefined) this.#promised.delete(oldest);
  }
}

function compiled(
  schema: JsonSchemaType,
  validator: jsonSchemaValidator | undefined,
): (content: unknown) => string | undefined {
  const { validate } = fromJsonSchema(schema, validator)['~standard'];
  return (content) => {
    const outcome = validate(content) as { readonly issues?: readonly { readonly message: string }[] };
    return outcome.issues?.map(({ message }) => message).join('; ');
  };
}
