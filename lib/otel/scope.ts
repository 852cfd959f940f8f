import { VERSION } from '../base/version.ts';

/** Of whom meter and tracer are. */
export const SCOPE: { readonly name: string; readonly version: string } = { name: 'rx-mcp-pool', version: VERSION };
