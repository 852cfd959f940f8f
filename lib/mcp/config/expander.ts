import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, resolve, sep } from 'node:path';
import { isSecretName } from '../lines/secret-arguments.ts';
import { unreadable } from './document.ts';
import type { Inputs } from './inputs.ts';

/** Where the values of `${...}` come from. */
export interface ExpansionSources {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly inputs: Inputs;
  /** What hosts call the workspace. */
  readonly folder: string;
  /** Whether `{env:NAME}` is a variable, too, as it is in files of opencode. */
  readonly isOfOpencode: boolean;
}

/** `NAME` and what stands for it where it is not set, with or without `env:` in front. */
const VARIABLE = /^(?:env:)?([A-Za-z_]\w*)(?::-(.*))?$/s;

/**
 * Expands the variables of one server. What cannot be expanded is collected, so that all of it is told at once; what was
 * expanded is remembered where its name tells that it is secret.
 */
export class Expander {
  readonly secrets: string[] = [];
  readonly #sources: ExpansionSources;
  readonly #places: ReadonlyMap<string, string>;
  readonly #unset = new Map<string, string[]>();
  readonly #problems: string[] = [];

  constructor(sources: ExpansionSources) {
    this.#sources = sources;
    const { folder } = sources;
    this.#places = new Map([
      ['workspaceFolder', folder],
      ['workspaceFolderBasename', basename(folder)],
      ['userHome', homedir()],
      ['cwd', process.cwd()],
      ['pathSeparator', sep],
      ['/', sep],
    ]);
  }

  /** The text with its variables expanded, once; `where` is the name of its place in the file. */
  text(where: string, text: string): string {
    const braces = text.replace(/\$\{([^{}]*)\}/g, (written, inner: string) => this.#valueOf(inner, written, where));
    if (!this.#sources.isOfOpencode) return braces;
    return braces.replace(/\{((?:env|file):[^{}]*)\}/g, (written, inner: string) =>
      this.#valueOf(inner, written, where),
    );
  }

  /** As `text`; a whole text of the form `$NAME` is a variable as well, as Gemini has it. */
  value(where: string, text: string): string {
    const [, name] = /^\$([A-Z_][A-Z\d_]*)$/.exec(text) ?? [];
    return name === undefined ? this.text(where, text) : this.#valueOf(name, text, where);
  }

  /** Throws a `TypeError` that names all variables without a value, and whatever else could not be expanded. */
  finish(): void {
    const unset = [...this.#unset].map(([name, places]) => `${name} is not set (${places.join(', ')})`);
    const problems = [...(unset.length === 0 ? [] : [`variable ${unset.join(', variable ')}`]), ...this.#problems];
    if (problems.length > 0) throw new TypeError(problems.join('; '));
  }

  #valueOf(inner: string, written: string, where: string): string {
    const place = this.#places.get(inner);
    if (place !== undefined) return place;
    if (inner.startsWith('file:')) return this.#contents(inner.slice('file:'.length), where);
    if (inner.startsWith('input:')) return this.#input(inner.slice('input:'.length), where);
    const [, name, preset] = VARIABLE.exec(inner) ?? [];
    if (name === undefined) return this.#problem(`${written} cannot be expanded (${where})`);
    // A variable may be called as what every object has.
    const value = Object.hasOwn(this.#sources.variables, name) ? this.#sources.variables[name] : undefined;
    if (value !== undefined && !(value === '' && preset !== undefined)) return this.#found(value, isSecretName(name));
    if (preset !== undefined) return preset;
    this.#unset.set(name, [...(this.#unset.get(name) ?? []), where]);
    return '';
  }

  /** Windsurf and opencode keep what is secret in files of its own. */
  #contents(path: string, where: string): string {
    const file = resolve(this.#sources.folder, path.replace(/^~(?=\/|$)/, homedir()));
    try {
      return this.#found(readFileSync(file, 'utf8').trimEnd(), true);
    } catch (error) {
      return this.#problem(`${unreadable(file, error)} (${where})`);
    }
  }

  #input(id: string, where: string): string {
    const { inputs } = this.#sources;
    const value = inputs.valueOf(id);
    if (value === undefined) return this.#problem(`${inputs.problemOf(id)} (${where})`);
    return this.#found(value, inputs.isSecret(id) || isSecretName(id));
  }

  #found(value: string, isSecret: boolean): string {
    if (isSecret) this.secrets.push(value);
    return value;
  }

  #problem(problem: string): '' {
    this.#problems.push(problem);
    return '';
  }
}
