import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type ConfiguredServer, type McpConfig, type ReadConfigOptions, readConfig } from '../../lib/mcp/index.ts';

/** A folder of a host's files, and how they are read there. */
export interface ConfigFolder {
  readonly path: string;
  /** Writes the file, and reads it with these variables: `API_TOKEN` and `HOME_DIR`. */
  readonly read: (file: string, text: string, options?: ReadConfigOptions) => Promise<McpConfig>;
  readonly remove: () => Promise<void>;
}

const variables = { API_TOKEN: 'tok-123456', HOME_DIR: '/home/ann' };

export async function configFolder(): Promise<ConfigFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'mcp-config-'));
  return {
    path: folder,
    read: async (file, text, options) => {
      const path = join(folder, file);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
      return readConfig(path, { variables, ...options });
    },
    remove: () => rm(folder, { recursive: true }),
  };
}

/** Each server in a line. */
export function linesOf({ servers }: McpConfig): readonly string[] {
  return servers.map((server) => `${server.name}: ${outcomeOf(server)}`);
}

function outcomeOf(server: ConfiguredServer): string {
  if (server.status === 'disabled') return 'disabled';
  if (server.status === 'failed') return `failed: ${server.error.message}`;
  const { transport } = server.options;
  return `${transport?.kind ?? ''} ${transport?.target ?? ''}`;
}
