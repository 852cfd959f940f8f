import type { Era } from '../../wires/contenders/sdk.ts';

/** A contender that runs, in a process of its own. */
export interface Running {
  readonly pid: number;
  readonly port: number;
  /** Resolves when it is gone, with all that it has started. */
  stop(): Promise<void>;
}

/** Something that serves MCP over HTTP. */
export interface Contender {
  readonly name: string;
  readonly era: Era;
  /** How many clients it is measured with. */
  readonly clients: readonly number[];
  start(): Promise<Running>;
}
