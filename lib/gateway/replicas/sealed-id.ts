import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/** What the id of a session says to those who have the key. */
export interface SessionFacts {
  /** The node on which the session began. */
  readonly node: string;
  /** Tells it from all other sessions. */
  readonly session: string;
  /** Whose it is, as `digestOf` has it. */
  readonly principal: string;
  /** What its client has announced, as JSON. */
  readonly capabilities: string;
  /** The version that was agreed on. */
  readonly version: string;
  /** Until when it may be begun anew by another node, in milliseconds since 1970. */
  readonly until: number;
}

/** Of AES-256-GCM (NIST SP 800-38D): a nonce of 96 bits and a tag of 128. */
const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const LEAST_KEY_CHARACTERS = 16;
/** Nobody gets at more of them than this, and none is longer. */
const LONGEST_ID = 2048;

/**
 * Makes ids of sessions that whoever has the same keys can read, and nobody else can read or make. The first key seals, all
 * of them open, so that keys are changed by putting a new one before the old.
 */
export class SealedIds {
  readonly #keys: readonly Buffer[];

  /** Throws a `TypeError` for keys that are none, or too short to be secret. */
  constructor(keys: readonly string[]) {
    if (keys.length === 0) throw new TypeError('replicas.keys must hold one at least');
    for (const key of keys) {
      if (typeof key !== 'string' || key.length < LEAST_KEY_CHARACTERS) {
        throw new TypeError(`each of replicas.keys must be a text of ${LEAST_KEY_CHARACTERS} characters or more`);
      }
    }
    this.#keys = keys.map((key) => createHash('sha256').update(key).digest());
  }

  seal(facts: SessionFacts): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.#keys[0] ?? Buffer.alloc(0), nonce);
    const { node, session, principal, capabilities, version, until } = facts;
    const text = JSON.stringify([node, session, principal, capabilities, version, until]);
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString('base64url');
  }

  /** What stands in an id; `undefined` where it was not sealed by one of the keys. */
  open(id: string): SessionFacts | undefined {
    if (id.length > LONGEST_ID || !/^[\w-]+$/.test(id)) return undefined;
    const bytes = Buffer.from(id, 'base64url');
    if (bytes.length <= NONCE_BYTES + TAG_BYTES) return undefined;
    for (const key of this.#keys) {
      const text = opened(key, bytes);
      if (text !== undefined) return factsIn(text);
    }
    return undefined;
  }
}

/** Stands for a principal where its name is not to be seen. */
export function digestOf(principal: string): string {
  return createHash('sha256').update(principal).digest('base64url').slice(0, 22);
}

function opened(key: Buffer, bytes: Buffer): string | undefined {
  const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES));
  decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
  try {
    const text = decipher.update(bytes.subarray(NONCE_BYTES, bytes.length - TAG_BYTES), undefined, 'utf8');
    return text + decipher.final('utf8');
  } catch {
    return undefined;
  }
}

function factsIn(text: string): SessionFacts {
  const [node, session, principal, capabilities, version, until] = JSON.parse(text) as [
    ...[string, string, string, string, string],
    number,
  ];
  return { node, session, principal, capabilities, version, until };
}
