/** What each room may import from besides itself and the rooms inside it. The entry points (`index.ts`) see everything. */
const mayImport = {
  base: [],
  events: ['base'],
  state: ['base', 'events'],
  strategies: ['base', 'state'],
  metrics: ['base', 'events', 'state'],
  log: ['base', 'events', 'state'],
  checkout: ['base', 'errors', 'events', 'state', 'strategies'],
  requests: ['base', 'errors', 'state', 'checkout'],
  supply: ['base', 'errors', 'events', 'state'],
  why: ['errors', 'state', 'checkout'],
  pool: ['base', 'errors', 'events', 'state', 'strategies', 'metrics', 'checkout', 'requests', 'supply', 'why'],

  'mcp/transport': ['base', 'supply'],
  'mcp/failures': ['base', 'errors', 'requests', 'mcp/transport'],
  'mcp/lines': ['base', 'supply', 'mcp/transport', 'mcp/failures'],
  'mcp/http': ['base', 'supply', 'mcp/transport', 'mcp/failures'],
  'mcp/server': ['base', 'mcp/transport', 'mcp/lines'],
  'mcp/exchange': ['base', 'mcp/transport'],
  'mcp/client': ['base', 'mcp/transport', 'mcp/exchange'],
  'mcp/connection': [
    ...['base', 'events', 'requests', 'supply'],
    ...['mcp/transport', 'mcp/failures', 'mcp/exchange', 'mcp/client'],
  ],
  'mcp/lent': [...['base', 'errors', 'events', 'checkout'], ...['mcp/transport', 'mcp/client', 'mcp/connection']],
  'mcp/requests': [
    ...['base', 'metrics', 'checkout', 'requests', 'pool'],
    ...['mcp/transport', 'mcp/failures', 'mcp/exchange', 'mcp/client', 'mcp/connection', 'mcp/subscriptions'],
  ],
  'mcp/subscriptions': [
    ...['base', 'errors', 'checkout', 'requests', 'pool'],
    ...['mcp/transport', 'mcp/failures', 'mcp/connection'],
  ],
  'mcp/family': [
    ...['base', 'errors', 'state', 'metrics', 'checkout', 'requests', 'pool'],
    ...['mcp/transport', 'mcp/connection', 'mcp/requests', 'mcp/pool'],
  ],
  'mcp/config': [
    ...['base', 'strategies', 'pool'],
    ...['mcp/transport', 'mcp/lines', 'mcp/http', 'mcp/connection', 'mcp/requests', 'mcp/pool'],
  ],
  'mcp/hub': [
    ...[
      'base',
      'errors',
      'state',
      'pool',
      'mcp/transport',
      'mcp/config',
      'mcp/family',
      'mcp/requests',
      'mcp/subscriptions',
      'mcp/pool',
    ],
  ],
  'mcp/session': [
    ...['base', 'errors', 'checkout', 'requests', 'pool'],
    ...[
      'mcp/transport',
      'mcp/failures',
      'mcp/lines',
      'mcp/exchange',
      'mcp/connection',
      'mcp/hub',
      'mcp/subscriptions',
      'mcp/pool',
    ],
  ],

  'mcp/pool': [
    ...[
      'base',
      'errors',
      'state',
      'strategies',
      'checkout',
      'requests',
      'supply',
      'pool',
      'mcp/transport',
      'mcp/failures',
    ],
    ...['mcp/http', 'mcp/client', 'mcp/connection', 'mcp/lent', 'mcp/requests', 'mcp/subscriptions'],
  ],

  telemetry: ['base', 'events', 'state', 'metrics', 'pool', 'mcp', 'gateway/watched'],
  otel: ['base', 'telemetry', 'mcp', 'gateway/watched'],
  prometheus: ['base', 'pool', 'telemetry', 'gateway/watched'],
  'mcp/endpoints': ['base'],
  cluster: ['base', 'events', 'supply'],
  'dashboard/shared': ['events', 'state', 'metrics', 'dashboard/protocol'],
  dashboard: ['base', 'errors', 'events', 'state', 'metrics', 'why', 'pool', 'mcp/requests'],
  'gateway/policy': [
    'base',
    'mcp/transport',
    'mcp/lines',
    'mcp/config',
    'mcp/session',
    'mcp/pool',
    'gateway/upstreams',
  ],
  'gateway/replicas': ['base', 'gateway/http'],
  'gateway/http': ['base', 'mcp/transport', 'mcp/session', 'gateway/policy', 'gateway/replicas', 'gateway/upstreams'],
  'gateway/admin': [
    ...['base', 'pool', 'telemetry', 'prometheus', 'dashboard'],
    ...['mcp/config', 'mcp/hub', 'mcp/pool', 'gateway/upstreams', 'gateway/replicas'],
  ],
  'gateway/upstreams': ['base', 'supply', 'mcp/config', 'mcp/hub', 'mcp/pool'],
  gateway: [
    ...['base', 'supply', 'pool', 'telemetry', 'prometheus', 'dashboard'],
    ...['mcp/transport', 'mcp/lines', 'mcp/config', 'mcp/hub', 'mcp/server', 'mcp/session', 'mcp/pool'],
  ],
  'cli/shared': ['base'],
  'cli/terminal': ['base', 'events', 'state', 'metrics', 'dashboard/shared', 'cli/shared'],
  'cli/server': ['base', 'errors', 'mcp', 'cli/shared', 'cli/terminal'],
  'cli/ping': ['base', 'errors', 'mcp', 'dashboard/shared', 'cli/shared', 'cli/terminal', 'cli/server'],
  'cli/inspect': ['base', 'errors', 'mcp', 'dashboard/shared', 'cli/shared', 'cli/terminal', 'cli/server'],
  'cli/serve': ['base', 'log', 'mcp', 'gateway', 'cluster', 'cli/shared', 'cli/terminal', 'cli/server'],
  'cli/replay': [
    'base',
    'errors',
    'events',
    'state',
    'metrics',
    'log',
    'dashboard/shared',
    'cli/shared',
    'cli/terminal',
  ],
  'cli/top': ['base', 'events', 'state', 'metrics', 'mcp/requests', 'dashboard', 'cli/shared', 'cli/terminal'],
  'cli/compare': ['base', 'dashboard/shared', 'cli/shared', 'cli/terminal'],
  'cli/load': [
    ...['base', 'errors', 'metrics', 'strategies', 'requests', 'pool', 'mcp', 'dashboard'],
    ...['cli/shared', 'cli/terminal', 'cli/server'],
  ],
};

/** Where a room's files stand, for the rooms that are not simply the folder of their name. */
const places = {
  errors: '^lib/errors\\.ts$',
  'dashboard/protocol': '^lib/dashboard/protocol\\.ts$',
  'gateway/upstreams': '^lib/gateway/(upstreams|capability-class)\.ts$',
  // What those see who watch a gateway.
  'gateway/watched': '^lib/gateway/policy/(call-watch|gateway-counts|audit)\.ts$',
  // `main.ts` and `program.ts` put the commands together.
  'cli/shared': '^lib/cli/(?!main|program)[^/]+\\.ts$',
  // The files that make a pool of MCP connections stand at the root of their floor.
  'mcp/pool': '^lib/mcp/(?!index)[^/]+\\.ts$',
};
const placeOf = (room) => places[room] ?? `^lib/${room}/`;

const arrows = Object.entries(mayImport).map(([room, allowed]) => ({
  name: `${room} imports from: ${allowed.join(', ') || 'nothing'}`,
  severity: 'error',
  from: { path: placeOf(room) },
  to: { path: '^lib/', pathNot: [room, ...allowed].map(placeOf) },
}));

/** The rooms of `rx-mcp-pool`, the entry point for any resource. */
const CORE = [
  ...['base', 'errors', 'events', 'state', 'strategies', 'metrics', 'checkout', 'requests', 'supply', 'why', 'pool'],
];

/** A library and the only files that may know it. */
const onlyFor = (library, ...where) => ({
  name: `${library} belongs to ${where.join(', ')}`,
  severity: 'error',
  from: { path: '^lib/', pathNot: where },
  to: { path: `(^|/)node_modules/${library}` },
});

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...arrows,
    { name: 'no circles', severity: 'error', from: { path: '^lib/' }, to: { circular: true } },
    { name: 'lib stands alone', severity: 'error', from: { path: '^lib/' }, to: { path: '^(spec|perf)/' } },
    {
      name: 'errors.ts imports from: base, events',
      severity: 'error',
      from: { path: placeOf('errors') },
      to: { path: '^lib/', pathNot: ['^lib/base/', '^lib/events/'] },
    },
    {
      name: 'dashboard/shared runs in a browser as well: of what is outside it knows the types only',
      severity: 'error',
      from: { path: placeOf('dashboard/shared') },
      to: { pathNot: placeOf('dashboard/shared'), dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'nobody looks into a room through its entry point',
      severity: 'error',
      from: { path: '^lib/', pathNot: '^lib/cli/load/' },
      to: { path: '/index\\.ts$' },
    },
    {
      name: 'the core runs where there is no Node.js: it knows the types of its modules only',
      severity: 'error',
      from: { path: CORE.map(placeOf), pathNot: '^lib/base/version\.ts$' },
      to: { dependencyTypes: ['core'], dependencyTypesNot: ['type-only'] },
    },
    onlyFor('@modelcontextprotocol/client/', '^lib/(mcp|gateway)/'),
    onlyFor('@modelcontextprotocol/server/', '^lib/mcp/server/', '^lib/gateway/http/inbound\.ts$'),
    onlyFor('@opentelemetry/', '^lib/otel/'),
    onlyFor('undici/', '^lib/mcp/http/agent\\.ts$'),
    onlyFor('cross-spawn/', '^lib/mcp/lines/spawn-command\\.ts$'),
    onlyFor('jsonc-parser/', '^lib/mcp/config/'),
    onlyFor('prom-client/', '^lib/prometheus/'),
    onlyFor('redis/', '^lib/cli/serve/redis-connection\\.ts$'),
    onlyFor('uplot/', '^lib/dashboard/'),
    onlyFor('(commander|picocolors|sparkly|log-update|cli-table3)/', '^lib/cli/'),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^lib/dashboard/assets/' },
    moduleSystems: ['es6'],
  },
};
