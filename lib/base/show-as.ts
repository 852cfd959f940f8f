import type { InspectOptions, inspect } from 'node:util';

/**
 * Makes `console.log` and Node's `inspect` show instances of a class as a name followed by `view(instance)`, which
 * leaves out internal fields.
 *
 * @internal
 */
export function showAs<T extends object>(
  type: { readonly prototype: T },
  name: string,
  view: (self: T) => object,
): void {
  const show = function (this: T, _: number, options: InspectOptions, print: typeof inspect): string {
    return `${name} ${print(view(this), options)}`;
  };
  Object.defineProperty(type.prototype, Symbol.for('nodejs.util.inspect.custom'), { value: show });
}
