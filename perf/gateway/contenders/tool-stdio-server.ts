import { fileURLToPath } from 'node:url';

/** The server of the SDK as a program over stdin and stdout. */
export const toolStdioServer: { readonly command: string; readonly args: string[] } = {
  command: process.execPath,
  args: [fileURLToPath(new URL('../servers/tool-stdio-program.js', import.meta.url))],
};
