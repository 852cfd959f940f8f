import type { StdioOptions } from '../../lib/mcp/index.ts';
import { initialising, scriptedProgram } from './scripted-server.ts';

/** A server over stdio that answers what it is asked, but dies of any request that contains `DEADLY`. */
export function dyingProgram(answers: Parameters<typeof scriptedProgram>[0] = {}): StdioOptions {
  const deadly = `process.stdin.on('data', (chunk) => String(chunk).includes('DEADLY') && process.exit(9))`;
  const initialise = initialising();
  return scriptedProgram({ ...initialise, ...answers }, deadly);
}
