import type { Era } from '../../wires/contenders/sdk.ts';

/** Where a contender is found, and how it is spoken to. */
export interface Endpoint {
  readonly port: number;
  readonly path: string;
  readonly era: Era;
}
