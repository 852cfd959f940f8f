/**
 * The events of a pool in files: `recordTo` writes them, `readLog` reads them back for `replay`. `recordLines` writes anything
 * else, such as the audit of a gateway.
 *
 * @module rx-mcp-pool/log
 */

export { type LineOptions, recordLines } from './record-lines.ts';
export { readLog } from './read-log.ts';
export { type RecordOptions, recordTo } from './record-to.ts';
export type { Recording } from './recording.ts';
