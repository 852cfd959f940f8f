import { checkObject } from '../../base/durations.ts';
import { type OptionNames, checkKnown } from '../../base/known-options.ts';
import type { ServerEnvironment } from '../lines/environment.ts';
import { type ConfiguredServer, configuredServer } from './configured-server.ts';
import { documentOf } from './document.ts';
import { Inputs } from './inputs.ts';
import { shapeOf } from './shapes.ts';

/** Where the values come from that stand in no file. */
export interface ReadConfigOptions {
  /** The values of `${NAME}`; the variables of this process when left out. */
  readonly variables?: Readonly<Record<string, string | undefined>>;
  /** The values of `${input:id}`, which VS Code would ask for. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** As `env` of `stdio`: what servers that are started get besides the `env` of the file, over which this wins. */
  readonly env?: ServerEnvironment;
}

/** What a file says of its servers. */
export interface McpConfig {
  /** In the order of the file. A server that fails is among them with its error, and takes no other along. */
  readonly servers: readonly ConfiguredServer[];
  /** What is odd about the file as a whole, each in a line. */
  readonly warnings: readonly string[];
}

/**
 * Reads the servers of a configuration file of Claude, Cursor, VS Code, Windsurf, Gemini, Qwen, opencode or Zed. `source` is
 * the path of a file, its text (which begins with `{`), or the object that stands in it; comments and trailing commas are
 * allowed. Nothing is started. Rejects where the file cannot be read, is no JSON or has no servers; what is wrong with one
 * server is told with that server.
 */
export async function readConfig(source: object | string | URL, options: ReadConfigOptions = {}): Promise<McpConfig> {
  checkObject('the options of readConfig', options);
  checkKnown('readConfig', options, optionNames);
  if (typeof source !== 'string') checkObject('source', source);
  const document = await documentOf(source);
  const { servers, inputs, isOfOpencode, warnings } = shapeOf(document);
  const { variables = process.env, env } = options;
  const { folder } = document;
  const reading = { variables, inputs: new Inputs(inputs, options.inputs ?? {}), folder, isOfOpencode, env };
  const entries = Object.entries(servers);
  return {
    servers: await Promise.all(entries.map(([name, entry]) => configuredServer(name, entry, reading))),
    warnings,
  };
}

const optionNames: OptionNames<ReadConfigOptions> = { variables: true, inputs: true, env: true };
