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
    await writeFile(join(folder, 'key'), 'sesame-1234\n');
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
          "file": { "type": "local", "command": ["x", "--key", "{file:./key}"] },
          "gone": { "type": "local", "command": ["x", "{file:./no-such-key}"] }
        }
      }`,
    );
    expect(linesOf(config)).toEqual([
      'local: stdio bun x server --key=***',
      'remote: http https://api.example.com/mcp',
      'off: disabled',
      'file: stdio x --key ***',
      expect.stringMatching(/^gone: failed: .*no-such-key.*\(command\[1\]\)$/),
    ]);
    expect(config.servers[1]?.warnings).toEqual([]);
  });

  // https://opencode.ai/docs/mcp-servers, of its second version
  it('reads what opencode has since its second version', async () => {
    const config = await read(
      'opencode.jsonc',
      `{
        "mcp": {
          "servers": {
            "local": { "type": "local", "command": ["npx", "-y", "server"], "environment": { "TOKEN": "{env:API_TOKEN}" } },
            "remote": { "type": "remote", "url": "https://api.example.com/mcp" },
            "off": { "type": "local", "command": ["x"], "disabled": true },
            "unset": { "type": "local", "command": ["x", "{env:NOT_SET}"] }
          }
        }
      }`,
    );
    expect(linesOf(config)).toEqual([
      'local: stdio npx -y server',
      'remote: http https://api.example.com/mcp',
      'off: disabled',
      'unset: failed: variable NOT_SET is not set (command[1])',
    ]);
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
