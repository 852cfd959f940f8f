import { resolve } from 'node:path';

const claims = new Map<string, FileClaim>();

/**
 * The exclusive claim of one recording to a file, within this process. Two recordings to one file would rename each
 * other's files.
 */
export class FileClaim {
  readonly #file: string;
  readonly #freed: Promise<void>;
  #resolveFreed: () => void = () => undefined;
  #isEnding = false;

  constructor(file: string) {
    this.#file = resolve(file);
    this.#freed = new Promise((freed) => (this.#resolveFreed = freed));
  }

  /**
   * Takes the claim. Resolves when the file is free; rejects while another recording goes on with it. Does nothing if
   * this claim is taken already.
   */
  async take(): Promise<void> {
    for (let other = claims.get(this.#file); other !== undefined; other = claims.get(this.#file)) {
      if (other === this) return;
      if (!other.#isEnding) throw new Error(`${this.#file} is being recorded already`);
      await other.#freed;
    }
    claims.set(this.#file, this);
  }

  /** Announces that this claim is about to end: others then wait for the file instead of being rejected. */
  end(): void {
    this.#isEnding = true;
  }

  free(): void {
    if (claims.get(this.#file) === this) claims.delete(this.#file);
    this.#resolveFreed();
  }
}
