/**
 * The events of a pool in files: `recordTo` writes them, `readLog` reads them back for `replay`.
 *
 * @module rx-mcp-pool/log
 */

export { readLog } from './read-log.ts';
export { type RecordOptions, recordTo } from './record-to.ts';
export type { Recording } from './recording.ts';
