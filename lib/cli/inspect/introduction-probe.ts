import { type ListedTool, listedTools } from '../server/listed-tools.ts';
import type { Probe } from './probe.ts';

/** What a server says of itself. */
export interface Introduction {
  readonly era: 'legacy' | 'modern';
  readonly protocolVersion: string;
  /** Its name; empty where it says none. */
  readonly name: string;
  /** Its version; empty where it says none. */
  readonly version: string;
  /** Each capability that it has, such as `resources` and `resources.subscribe`. */
  readonly capabilities: readonly string[];
  readonly tools: readonly ListedTool[];
  /** How long the first connection took to open, in milliseconds: to load a program, and to find out what it speaks, included. */
  readonly firstOpenMs: number;
}

/** Asks a server who it is and what it can do. */
export function introductionProbe(withinMs: number): Probe<Introduction> {
  return {
    title: 'connecting',
    withinMs,
    run: async (connections) => {
      const { connection, openMs } = await connections.open();
      const { server = '', serverVersion = '', protocolVersion = '' } = connection.info;
      const capabilities = namesIn(connection.client.getServerCapabilities() ?? {});
      const tools = capabilities.includes('tools') ? await listedTools(connection) : [];
      const era = connection.client.getProtocolEra() ?? 'legacy';
      return { era, protocolVersion, name: server, version: serverVersion, capabilities, tools, firstOpenMs: openMs };
    },
  };
}

/** The names of what is there, and of what is set in it. */
function namesIn(capabilities: object): string[] {
  return Object.entries(capabilities).flatMap(([name, value]: [string, unknown]) => [
    name,
    ...Object.entries(Object(value) as object)
      .filter(([, isSet]) => isSet === true)
      .map(([detail]) => `${name}.${detail}`),
  ]);
}
