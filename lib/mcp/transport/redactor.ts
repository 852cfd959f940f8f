import { inspect } from 'node:util';
import { mapTexts } from './map-texts.ts';
import type { JSONRPCMessage } from '@modelcontextprotocol/client';

/** The length of the shortest secret: striking out shorter texts would only garble messages. */
const SHORTEST = 6;
const STRUCK_OUT = '***';
/** How many of the latest tokens are known: tokens are replaced by newer ones. */
const MOST_TOKENS = 8;

/** Strikes what is secret out of texts and errors: values of headers, tokens, credentials of an address, an environment. */
export class Redactor {
  readonly #fixed: readonly string[];
  readonly #tokens = new Set<string>();

  constructor(secrets: Iterable<string> = []) {
    this.#fixed = longestFirst([...secrets].flatMap(formsOf));
  }

  /** Adds a secret that was not known from the start, and may soon be replaced. */
  add(token: string): void {
    if (token.length < SHORTEST || this.#tokens.has(token)) return;
    this.#tokens.add(token);
    const oldest = this.#tokens.values().next().value;
    if (this.#tokens.size > MOST_TOKENS && oldest !== undefined) this.#tokens.delete(oldest);
  }

  /** The text without what is secret. */
  readonly text = (text: string): string => {
    let clean = text;
    for (const secret of this.#secrets()) if (clean.includes(secret)) clean = clean.replaceAll(secret, STRUCK_OUT);
    return clean;
  };

  /**
   * The same error object, so that its class can still be tested, without the secrets in its texts and those of its
   * causes. Objects of a class that hold a secret are replaced by plain ones without it. `name` and `code` stay as they
   * are.
   */
  error<E>(error: E): E {
    if (error instanceof Error && (this.#fixed.length > 0 || this.#tokens.size > 0)) this.#clean(error);
    return error;
  }

  #clean(error: Error): void {
    const errors = new Set([error]);
    const opened = new Map<object, object>();
    const other = (value: object): object => {
      if (value instanceof Error) errors.add(value);
      else if (!opened.has(value)) opened.set(value, this.#opened(value));
      return opened.get(value) ?? value;
    };
    // Iterating a set also visits what is added on the way.
    for (const found of errors) {
      for (const key of Reflect.ownKeys(found).filter((name) => name !== 'name' && name !== 'code')) {
        const value: unknown = Reflect.get(found, key);
        const clean = mapTexts(value, this.text, other);
        if (clean !== value) this.#put(found, key, clean);
      }
    }
  }

  /** The object itself, or a plain copy of its own properties when printing it would show a secret. */
  #opened(value: object): object {
    const shown = inspect(value, { depth: 8, maxStringLength: Infinity, breakLength: Infinity });
    return this.text(shown) === shown ? value : { ...value };
  }

  #put(error: Error, key: string | symbol, value: unknown): void {
    const enumerable = Object.prototype.propertyIsEnumerable.call(error, key);
    // Nothing can be done about a property that cannot be redefined, but it must not throw.
    Reflect.defineProperty(error, key, { value, enumerable, writable: true, configurable: true });
  }

  #secrets(): readonly string[] {
    return this.#tokens.size === 0 ? this.#fixed : longestFirst([...this.#fixed, ...this.#tokens]);
  }
}

/**
 * The forms in which a secret may occur: as it is, without the scheme of an `Authorization` header, as JSON and as
 * addresses write it.
 */
function formsOf(secret: string): string[] {
  const bare = /^(?:Basic|Bearer|DPoP|Digest|Token)\s+(.*)$/i.exec(secret)?.[1];
  const forms = [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), ...(bare ? [bare] : [])];
  return [...new Set(forms)].filter(({ length }) => length >= SHORTEST);
}

/** The longest first: otherwise, when one secret is part of another, the rest of the other would stay. */
function longestFirst(secrets: readonly string[]): string[] {
  return [...secrets].sort((a, b) => b.length - a.length);
}

/**
 * The message; if it is an error, without the secrets in its texts, because errors are quoted in events and in other
 * errors. Its code stays. Results are only for whoever asked, and stay as the server sent them.
 */
export function redactedMessage(
  message: JSONRPCMessage,
  redact: ((text: string) => string) | undefined,
): JSONRPCMessage {
  if (redact === undefined || !('error' in message)) return message;
  const error = mapTexts(message.error, redact) as typeof message.error;
  return error === message.error ? message : { ...message, error };
}
