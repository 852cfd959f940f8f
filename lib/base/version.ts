import { createRequire } from 'node:module';

/** The version of this package; `0.0.0` if a bundler did not include `package.json`. */
export const VERSION: string = versionOf(manifest());

function versionOf(value: unknown): string {
  return typeof value === 'object' && value !== null && 'version' in value ? String(value.version) : '0.0.0';
}

function manifest(): unknown {
  try {
    return createRequire(import.meta.url)('rx-mcp-pool/package.json');
  } catch {
    return undefined;
  }
}
