// What programs that cannot start write to their stderr, as it was seen.

/** Of Node, which did not find a module. */
export const node: readonly string[] = [
  'node:internal/modules/cjs/loader:1210',
  '  throw err;',
  '  ^',
  '',
  "Error: Cannot find module '/srv/index.js'",
  'Require stack:',
  '- /srv/start.js',
  '    at Module._resolveFilename (node:internal/modules/cjs/loader:1207:15)',
  '    at node:internal/main/run_main_module:28:49 {',
  "  code: 'MODULE_NOT_FOUND',",
  '  requireStack: []',
  '}',
  '',
  'Node.js v20.20.2',
  '',
];

/** Of Python, which did not find a module. */
export const python: readonly string[] = [
  'Traceback (most recent call last):',
  '  File "/srv/server.py", line 3, in <module>',
  '    import mcp_server_git',
  '    ^^^^^^^^^^^^^^^^^^^^^',
  "ModuleNotFoundError: No module named 'mcp_server_git'",
];

/** Of Python, where tasks ran together. */
export const group: readonly string[] = [
  '  + Exception Group Traceback (most recent call last):',
  '  |   File "/srv/server.py", line 9, in <module>',
  '  |     anyio.run(main)',
  '  | ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception)',
  '  +-+---------------- 1 ----------------',
  '    | Traceback (most recent call last):',
  '    |   File "/srv/server.py", line 5, in main',
  "    | KeyError: 'API_KEY'",
  '    +------------------------------------',
];

/** Of npm, for a package that is not there. */
export const npm: readonly string[] = [
  'npm warn deprecated inflight@1.0.6: This module is not supported, errors are possible',
  'npm error code E404',
  'npm error 404 Not Found - GET https://registry.npmjs.org/@none%2fsuch - Not found',
  'npm error 404',
  "npm error 404  '@none/such@*' is not in this registry.",
  'npm error 404',
  'npm error 404 Note that you can also install from a',
  'npm error 404 tarball, folder, http url, or git folder.',
  'npm error A complete log of this run can be found in: /root/.npm/_logs/2026-12-01T00_00_00_000Z-debug-0.log',
];

/** Of npm without a network. */
export const npmOffline: readonly string[] = [
  'npm error code ENOTFOUND',
  'npm error syscall getaddrinfo',
  'npm error errno ENOTFOUND',
  'npm error network request to https://registry.npmjs.org/such failed, reason: getaddrinfo ENOTFOUND registry.npmjs.org',
  'npm error network This is a problem related to network connectivity.',
  'npm error network ',
  'npm error A complete log of this run can be found in: /root/.npm/_logs/x-debug-0.log',
];

/** Of uv, for a package that is not there. */
export const uv: readonly string[] = [
  '  × No solution found when resolving tool dependencies:',
  '  ╰─▶ Because none-such was not found in the package registry and you require none-such, we can conclude that',
  '      your requirements are unsatisfiable.',
];

/** Of a program in Rust, called without an argument. */
export const clap: readonly string[] = [
  'error: the following required arguments were not provided:',
  '  <DIR>',
  '',
  'Usage: server <DIR>',
  '',
  "For more information, try '--help'.",
];

/** Of a program in Go, called with a wrong flag. */
export const goFlags: readonly string[] = [
  'flag provided but not defined: -stdoi',
  'Usage of server:',
  '  -stdio',
  '    \tserve over stdio (required)',
];

/** Of a program in Python, called without an argument. */
export const argparse: readonly string[] = [
  'usage: server [-h] --root ROOT',
  'server: error: the following arguments are required: --root',
];

/** Of Docker, for an image that is not there. */
export const docker: readonly string[] = [
  "Unable to find image 'none/such:latest' locally",
  'docker: Error response from daemon: pull access denied for none/such, repository does not exist.',
  "See 'docker run --help'.",
];

/** Of Node, for a rejection that nobody handled. */
export const rejected: readonly string[] = [
  'node:internal/process/promises:288',
  '            triggerUncaughtException(err, true /* fromPromise */);',
  '            ^',
  '',
  'Error: connect ECONNREFUSED 127.0.0.1:5432',
  '    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1611:16) {',
  '  errno: -111,',
  "  code: 'ECONNREFUSED'",
  '}',
  '',
  'Node.js v20.20.2',
];

/** Of npm, after the program that it ran. */
export const lifecycle: readonly string[] = [
  'Error: the port is taken',
  'npm error Lifecycle script `start` failed with error:',
  'npm error code 1',
  'npm error path /srv',
];
