import { createRequire } from 'node:module';

const program = createRequire(import.meta.url).resolve('@modelcontextprotocol/server-everything/dist/index.js');

/** The reference server of others, over stdio; it speaks the 2025 protocol. */
export const everything: { readonly command: string; readonly args: readonly string[] } = {
  command: process.execPath,
  args: [program, 'stdio'],
};
