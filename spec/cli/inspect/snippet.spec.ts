import { stdio, streamableHttp, tcp } from '../../../lib/mcp/index.ts';
import { describe, expect, it } from 'vitest';
import { adviceOn } from '../../../lib/cli/inspect/advice.ts';
import { snippetOf } from '../../../lib/cli/inspect/snippet.ts';
import { snippetSource } from '../../../lib/cli/inspect/snippet-source.ts';
import type { ServerFlags } from '../../../lib/cli/server/server-flags.ts';
import type { McpTransport } from '../../../lib/mcp/index.ts';
import { found, inspected } from './found.ts';

const machine = { processors: 8, memoryBytes: 16_000_000_000 };

interface Given {
  readonly words?: readonly string[];
  readonly server?: string;
  readonly isPinned?: boolean;
}

function snippet(flags: ServerFlags, transport: McpTransport, { words, server, isPinned = false }: Given = {}): string {
  const report = server === undefined ? {} : { server };
  const named = { flags, words, server: { transport, options: {}, timeoutMs: undefined, report } };
  const seen = inspected(isPinned ? { state: found('apart') } : {});
  return snippetOf(adviceOn(seen, transport.kind, machine), snippetSource(named));
}

describe('the program that is given', () => {
  it('is complete', () => {
    expect(snippet({ tcp: { host: '::1', port: 3000 } }, tcp({ host: '::1', port: 3000 }))).toBe(
      `import { createMcpPool, tcp } from 'rx-mcp-pool/mcp';

const pool = createMcpPool({
  transport: tcp({ host: '::1', port: 3000 }),
  sharing: 'exclusive',
  minSize: 4,
  maxSize: 50,
});`,
    );
  });

  it('has no secrets: headers, variables and secret arguments are left to the one who runs it', () => {
    const url = 'https://user:pass-word@example.com/mcp?key=sk-query';
    const flags = { http: url, header: ['Authorization: Bearer sk-header', 'x-tenant: sk-tenant'] };
    const overHttp = snippet(flags, streamableHttp({ url }));
    expect(overHttp).toContain("url: 'https://example.com/mcp'");
    expect(overHttp).toContain(
      "{ Authorization: process.env['AUTHORIZATION'] ?? '', 'x-tenant': process.env['X_TENANT'] ?? '' }",
    );
    const words = ['npx', 'server', '--api-key', 'sk-argument', '--token=sk-token'];
    const overStdio = snippet({ env: ['KEY=sk-env', 'SHELL_KEY'] }, stdio({ command: 'npx' }), { words });
    expect(overStdio).toContain("args: ['server', '--api-key', '***', '--token=***']");
    expect(overStdio).toContain("env: ['inherit', { KEY: process.env['KEY'] ?? '' }]");
    expect(`${overHttp}${overStdio}`).not.toMatch(/sk-|pass-word/);
  });

  it('has what terminals act upon, and quotes, as a program writes them', () => {
    const words = ['./it\'s "here"', '\u001b[2J'];
    const text = snippet({}, stdio({ command: 'x' }), { words });
    expect(text).toContain(`command: './it\\'s "here"'`);
    expect(text).toContain(`'\\u001b[2J'`);
  });

  it('reads the file that was named, and says what tells one conversation from another', () => {
    const flags = { config: '.mcp.json', input: ['token=sk-input'] };
    const text = snippet(flags, stdio({ command: 'x' }), { server: 'files', isPinned: true });
    expect(text).toContain(
      "readConfig('.mcp.json', { env: 'inherit', inputs: { token: process.env['TOKEN'] ?? '' } })",
    );
    expect(text).toContain("({ name }) => name === 'files'");
    expect(text).toContain('...server.options,');
    expect(text).toContain('affinity: (');
    expect(text).not.toContain('sk-input');
  });
});
