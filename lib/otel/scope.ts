import { VERSION } from '../base/version.ts';

/** The instrumentation scope of our meter and tracer. */
export const SCOPE: { readonly name: string; readonly version: string } = { name: 'rx-mcp-pool', version: VERSION };
