import type { Advice } from './advice.ts';
import { type SnippetSource, quoted } from './snippet-source.ts';

/** A program that makes the pool which was advised. */
export function snippetOf({ sharing, minSize, maxSize, options }: Advice, source: SnippetSource): string {
  const entries: readonly (readonly [string, number | string])[] = [
    ...Object.entries(options),
    ['sharing', sharing],
    ['minSize', minSize],
    ['maxSize', maxSize],
  ];
  return [
    `import { ${['createMcpPool', source.imports].sort().join(', ')} } from 'rx-mcp-pool/mcp';`,
    '',
    ...source.before,
    'const pool = createMcpPool({',
    ...source.first.map((line) => `  ${line}`),
    ...entries.map(([name, value]) => `  ${name}: ${typeof value === 'string' ? quoted(value) : value},`),
    ...(sharing === 'pinned' ? PINNED : []),
    '});',
  ].join('\n');
}

const PINNED: readonly string[] = [
  '  // Here goes what tells one conversation from another.',
  "  affinity: ({ params }) => JSON.stringify(params?.['_meta'] ?? null),",
];
