import { fileURLToPath } from 'node:url';

/** The lean server as a program over stdin and stdout. */
export const stdioServer: { readonly command: string; readonly args: string[] } = {
  command: process.execPath,
  args: [fileURLToPath(new URL('../servers/stdio-server.js', import.meta.url))],
};
