import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ConfiguredServer, type McpConfig, readConfig } from '../../../lib/mcp/index.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mcp-config-'));
});
afterEach(() => rm(folder, { recursive: true }));

const variables = { API_TOKEN: 'tok-123456', HOME_DIR: '/home/ann' };

async function read(file: string, text: string, options = {}): Promise<McpConfig> {
  const path = join(folder, file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  return readConfig(path, { variables, ...options });
}

/** Each server in a line. */
function linesOf({ servers }: McpConfig): readonly string[] {
  return servers.map((server) => `${server.name}: ${outcomeOf(server)}`);
}

function outcomeOf(server: ConfiguredServer): string {
  if (server.status === 'disabled') return 'disabled';
  if (server.status === 'failed') return `failed: ${server.error.message}`;
  const { transport } = server.options;
  return `${transport?.kind ?? ''} ${transport?.target ?? ''}`;
}

// In the shapes of the documentation of each host, with other values.
describe('readConfig', () => {
  it('reads what Claude Desktop and Claude Code have', async () => {
    const config = await read(
      '.mcp.json',
      `{
        "mcpServers": {
          "files": {
            "command": "npx",
            "args": ["-y", "@modelcontextprotocol/server-filesystem", "\${HOME_DIR}/Desktop"],
            "env": { "LOG": "\${LOG_LEVEL:-warn}" }
          },
          "api": {
            "type": "http",
            "url": "\${API_BASE:-https://api.example.com}/mcp",
            "headers": { "Authorization": "Bearer \${API_TOKEN}" },
            "timeout": 600000
          }
        }
      }`,
    );
    expect(linesOf(config)).toEqual([
      'files: stdio npx -y @modelcontextprotocol/server-filesystem /home/ann/Desktop',
      'api: http https://api.example.com/mcp',
    ]);
    expect(config.servers[1]).toMatchObject({ timeoutMs: 600_000, warnings: [] });
  });

  it('reads what Cursor has, whose workspace is where its folder stands', async () => {
    const config = await read(
      '.cursor/mcp.json',
      `{
        "mcpServers": {
          "local": {
            "type": "stdio",
            "command": "python",
            "args": ["\${workspaceFolder}/tools/server.py", "--token", "\${env:API_TOKEN}"],
          },
          "remote": { "url": "https://api.example.com/mcp", "headers": { "X-Token": "\${env:API_TOKEN}" } }
        }
      }`,
    );
    expect(linesOf(config)).toEqual([
      `local: stdio python ${folder}/tools/server.py --token ***`,
      'remote: http https://api.example.com/mcp',
    ]);
  });

  it('reads what VS Code has, with its inputs and its file of variables', async () => {
    await writeFile(join(folder, '.env'), '# of the workspace\nREGION=north\n');
    const text = `{
      // Asked for when the server is started.
      "inputs": [
        { "type": "promptString", "id": "key", "description": "API key", "password": true },
        { "type": "pickString", "id": "mode", "description": "Mode", "options": ["a", "b"], "default": "b" }
      ],
      "servers": {
        "search": {
          "type": "stdio",
          "command": "npx",
          "args": ["-y", "search-server", "\${input:key}", "\${input:mode}"],
          "envFile": "\${workspaceFolder}/.env",
          "env": { "SILENT": null, "DEPTH": 3 },
          "dev": { "watch": "src/**" }
        },
        "remote": { "type": "http", "url": "https://api.example.com/mcp" },
      },
    }`;
    expect(linesOf(await read('.vscode/mcp.json', text))).toEqual([
      'search: failed: the input key has no default, and nobody can be asked: give its value (inputs, or --input) (args[2])',
      'remote: http https://api.example.com/mcp',
    ]);
    expect(linesOf(await read('.vscode/mcp.json', text, { inputs: { key: 'k-1234567' } }))).toEqual([
      'search: stdio npx -y search-server *** b',
      'remote: http https://api.example.com/mcp',
    ]);
  });

  it("reads the servers in VS Code's settings", async () => {
    const config = await read(
      'settings.json',
      `{ "editor.tabSize": 2, "mcp": { "inputs": [], "servers": { "one": { "command": "node", "args": ["s.js"] } } } }`,
    );
    expect(linesOf(config)).toEqual(['one: stdio node s.js']);
  });

  it('reads what Windsurf has', async () => {
    const config = await read(
      'mcp_config.json',
      `{
        "mcpServers": {
          "remote": {
            "serverUrl": "https://api.example.com/mcp",
            "headers": { "API_KEY": "Bearer \${env:API_TOKEN}" },
            "disabledTools": ["drop"]
          },
          "local": { "command": "npx", "args": ["server"], "disabled": true }
        }
      }`,
    );
    expect(linesOf(config)).toEqual(['remote: http https://api.example.com/mcp', 'local: disabled']);
    expect(config.servers.flatMap(({ warnings }) => warnings)).toEqual([]);
  });

  it('reads what Gemini and Qwen have, next to their own settings', async () => {
    const config = await read(
      '.gemini/settings.json',
      `{
        "theme": "dark",
        "mcp": { "allowed": ["http", "python"] },
        "mcpServers": {
          "http": { "httpUrl": "https://api.example.com/mcp", "headers": { "X": "$API_TOKEN" }, "timeout": 5000 },
          "python": {
            "command": "python",
            "args": ["-m", "server"],
            "cwd": ".",
            "env": { "TOKEN": "$NOT_SET" },
            "timeout": 30000,
            "trust": false,
            "includeTools": ["one"]
          }
        }
      }`,
    );
    expect(linesOf(config)).toEqual([
      'http: http https://api.example.com/mcp',
      'python: failed: variable NOT_SET is not set (env.TOKEN)',
    ]);
    expect(config).toMatchObject({ servers: [{ timeoutMs: 5000, warnings: [] }, { warnings: [] }], warnings: [] });
  });

  it('reads what opencode has', async () => {
    const config = await read(
      'opencode.jsonc',
      `{
        "$schema": "https://opencode.ai/config.json",
        "mcp": {
          "local": {
            "type": "local",
            "command": ["bun", "x", "server", "--key={env:API_TOKEN}"],
            "environment": { "TOKEN": "{env:API_TOKEN}" },
            "enabled": true,
            "timeout": 8000
          },
          "remote": { "type": "remote", "url": "https://api.example.com/mcp", "oauth": false },
          "off": { "type": "local", "command": ["x"], "enabled": false },
          "file": { "type": "local", "command": ["x", "{file:./key}"] }
        }
      }`,
    );
    expect(linesOf(config)).toEqual([
      'local: stdio bun x server --key=***',
      'remote: http https://api.example.com/mcp',
      'off: disabled',
      'file: failed: {file:./key} cannot be expanded (command[1])',
    ]);
    expect(config.servers[1]?.warnings).toEqual([]);
  });

  it('reads what Zed has, today and before', async () => {
    const config = await read(
      'settings.json',
      `{
        // Zed settings
        "buffer_font_size": 15,
        "context_servers": {
          "now": { "source": "custom", "enabled": true, "command": "server", "args": ["a"], "env": {} },
          "remote": { "url": "https://api.example.com/mcp", "headers": { "Authorization": "Bearer x" } },
          "before": { "command": { "path": "server", "args": ["b"], "env": null }, "settings": {} },
          "extension": { "source": "extension", "settings": {} },
        },
      }`,
    );
    expect(linesOf(config)).toEqual([
      'now: stdio server a',
      'remote: http https://api.example.com/mcp',
      'before: stdio server b',
      'extension: failed: it has no command and no url',
    ]);
  });
});
