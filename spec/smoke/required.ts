import { strictEqual } from 'node:assert/strict';
import { createRequire } from 'node:module';

// Runs beside an installed package: everything that it exports can be required, and is then what is imported.
const require = createRequire(import.meta.url);
const { exports } = require('rx-mcp-pool/package.json') as { readonly exports: Readonly<Record<string, unknown>> };
const names = Object.keys(exports).filter((name) => !name.endsWith('.json'));

for (const name of names.map((path) => `rx-mcp-pool${path.slice(1)}`)) {
  const required = require(name) as Readonly<Record<string, unknown>>;
  const imported = (await import(name)) as Readonly<Record<string, unknown>>;
  for (const key of Object.keys(imported)) strictEqual(required[key], imported[key], `${key} of ${name}`);
}
process.stdout.write(`${names.length} entry points required\n`);
