import { resolve } from 'node:path';

const claims = new Map<string, FileClaim>();

/** A file that one recording of this process writes to: two would set each other's files aside. */
export class FileClaim {
  readonly #file: string;
  readonly #released: Promise<void>;
  #release: () => void = () => undefined;
  #isEnding = false;

  constructor(file: string) {
    this.#file = resolve(file);
    this.#released = new Promise((released) => (this.#release = released));
  }

  /** Resolves when the file is free; rejects while somebody has it who goes on. Does nothing where it is taken already. */
  async take(): Promise<void> {
    for (let other = claims.get(this.#file); other !== undefined; other = claims.get(this.#file)) {
      if (other === this) return;
      if (!other.#isEnding) throw new Error(`${this.#file} is being recorded already`);
      await other.#released;
    }
    claims.set(this.#file, this);
  }

  /** It will be released soon: whoever wants the file then waits for that. */
  end(): void {
    this.#isEnding = true;
  }

  release(): void {
    if (claims.get(this.#file) === this) claims.delete(this.#file);
    this.#release();
  }
}
