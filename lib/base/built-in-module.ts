import type * as asyncHooks from 'node:async_hooks';
import type * as diagnosticsChannel from 'node:diagnostics_channel';

/** The modules of Node that the core uses where they exist. */
interface BuiltInModules {
  readonly 'node:async_hooks': typeof asyncHooks;
  readonly 'node:diagnostics_channel': typeof diagnosticsChannel;
}

/**
 * A module of Node, or `undefined` where there are none, as in a browser or an edge worker. An import would fail there, and
 * with it everything that imports the core.
 */
export function builtInModule<Name extends keyof BuiltInModules>(name: Name): BuiltInModules[Name] | undefined {
  const { process } = globalThis as { readonly process?: { readonly getBuiltinModule?: (name: Name) => unknown } };
  return process?.getBuiltinModule?.(name) as BuiltInModules[Name] | undefined;
}
