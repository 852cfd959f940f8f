import { type Fields, isFields } from './fields.ts';

/** What VS Code would ask for: values by the ids of `inputs`. */
export class Inputs {
  readonly #declared: ReadonlyMap<string, Fields>;
  readonly #given: Readonly<Record<string, string>>;

  constructor(declared: unknown, given: Readonly<Record<string, string>>) {
    const list: readonly unknown[] = Array.isArray(declared) ? declared : [];
    this.#declared = new Map(list.filter(isFields).map((input) => [String(input['id']), input]));
    this.#given = given;
  }

  /** The value that was given, or the default of the file; `undefined` where somebody would have to be asked. */
  valueOf(id: string): string | undefined {
    if (Object.hasOwn(this.#given, id)) return this.#given[id];
    const preset = this.#declared.get(id)?.['default'];
    return typeof preset === 'string' ? preset : undefined;
  }

  /** Why there is no value. */
  problemOf(id: string): string {
    if (!this.#declared.has(id)) return `there is no input ${id} in the file`;
    return `the input ${id} has no default, and nobody can be asked: give its value (inputs, or --input)`;
  }

  isSecret(id: string): boolean {
    return this.#declared.get(id)?.['password'] === true;
  }
}
