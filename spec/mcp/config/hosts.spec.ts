import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ConfigFolder, configFolder, linesOf } from '../../support/config-file.ts';

let folder: string;
let read: ConfigFolder['read'];
let remove: ConfigFolder['remove'];

beforeEach(async () => {
  ({ path: folder, read, remove } = await configFolder());
});
afterEach(() => remove());

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

  // https://docs.windsurf.com/windsurf/cascade/mcp
  it('reads what Windsurf has', async () => {
    await writeFile(join(folder, 'token.txt'), 'sesame-1234\n');
    const config = await read(
      'mcp_config.json',
      `{
        "mcpServers": {
          "remote": {
            "serverUrl": "https://api.example.com/mcp",
            "headers": { "API_KEY": "Bearer \${env:API_TOKEN}", "X-Token": "\${file:token.txt}" },
            "disabledTools": ["drop"]
          },
          "local": { "command": "npx", "args": ["server"], "disabled": true }
        }
      }`,
    );
    expect(linesOf(config)).toEqual(['remote: http https://api.example.com/mcp', 'local: disabled']);
    expect(config.servers.flatMap(({ warnings }) => warnings)).toEqual([]);
  });
});
