import { isSecretName } from '../../mcp/lines/secret-arguments.ts';

/** Characters that are kept of one text, and of all arguments together: a client may send megabytes. */
const LONGEST_TEXT = 200;
const LONGEST = 2000;
/** Beyond this depth nothing is looked at. */
const DEEPEST = 8;
const STRUCK_OUT = '***';

/** Credentials inside texts: those of an `Authorization` header, and of an address. */
const SCHEME = /\b(Basic|Bearer|DPoP|Digest|Token)\s+[\w.~+/=-]+/gi;
const ADDRESS = /([a-z][a-z\d+.-]*:\/\/)[^\s/@]+@/gi;

/**
 * Arguments of a tool as JSON for the audit: values whose names tell that they are secret are struck out, and so are
 * credentials in texts; long texts are cut, and the whole as well.
 */
export function redactedArguments(given: unknown): string {
  const text = JSON.stringify(redacted(given, 0)) as string | undefined;
  return cut(text ?? '', LONGEST);
}

function redacted(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return cut(withoutCredentials(value), LONGEST_TEXT);
  if (typeof value !== 'object' || value === null) return value;
  if (depth === DEEPEST) return '…';
  if (Array.isArray(value)) return value.map((item: unknown) => redacted(item, depth + 1));
  const entries = Object.entries(value).map(([name, item]): [string, unknown] => [
    cut(name, LONGEST_TEXT),
    isSecretName(name) ? STRUCK_OUT : redacted(item, depth + 1),
  ]);
  return Object.fromEntries(entries);
}

/** Only as much is looked at as is kept of it, and some more, in which a credential may end. */
function withoutCredentials(text: string): string {
  return text
    .slice(0, 2 * LONGEST)
    .replace(SCHEME, `$1 ${STRUCK_OUT}`)
    .replace(ADDRESS, `$1${STRUCK_OUT}@`);
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
