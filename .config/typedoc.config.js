/** Events, whose `type` says no more than their name. */
const events = [
  ...['Opened', 'Resize', 'Sweep', 'Circuit', 'StrategyFailed', 'Drain', 'Closed', 'Wait', 'Leave', 'Refuse'],
  ...['Checkout', 'Checkin', 'Destroy', 'InvalidCheckin', 'Leak', 'Allowance'],
  ...['Connecting', 'Up', 'ConnectFailed', 'Checking', 'Health', 'Notice', 'Retire', 'Down', 'Removed'],
  ...['EndpointListed', 'EndpointUnlisted', 'EndpointSetAside', 'EndpointBack', 'EndpointsFailed', 'EndpointsEnded'],
  ...['Resting', 'Rested'],
];

/** Methods of `PoolOptions`, where they have their sentences; TypeDoc loses these on the way through `Omit`. */
const methods = ['warm', 'isPermanent', 'isTimeout', 'isBroken', 'restMs'];

/** @type {Partial<import('typedoc').TypeDocOptions>} */
export default {
  name: 'rx-mcp-pool',
  entryPoints: ['', 'mcp/', 'gateway/', 'log/', 'otel/', 'prometheus/', 'dashboard/', 'cluster/'].map(
    (room) => `../lib/${room}index.ts`,
  ),
  tsconfig: '../tsconfig.json',
  out: '../build/docs',
  readme: 'none',
  sort: ['source-order'],
  excludeInternal: true,
  excludePrivate: true,
  excludeExternals: true,
  // `npm run types` has looked at them.
  skipErrorChecking: true,
  // A link into a clone would lead nowhere.
  disableSources: true,
  treatWarningsAsErrors: true,
  validation: { notExported: true, invalidLink: true, notDocumented: true },
  // Parts of types that nobody has to name.
  intentionallyNotExported: [
    'lib/mcp/connection/connection.ts:McpConnectionParts',
    'lib/mcp/failures/mcp-error.ts:RequestData',
    'lib/mcp/requests/client-calls.ts:PooledMethod',
    'lib/mcp/requests/client.ts:Knowledge',
    'lib/mcp/requests/client.ts:WithHandlers',
    'lib/mcp/transport/carried-request.ts:CarriedRequest',
    'lib/mcp/transport/param-headers.ts:ParamHeaders',
    'lib/mcp/transport/sent-requests.ts:SentRequests',
    'lib/mcp/transport/tapped-transport.ts:MessageHolder',
    'lib/requests/with-connection.ts:AnsweringPool',
    'lib/requests/with-connection.ts:LeasingPool',
  ],
  intentionallyNotDocumented: [
    ...events.map((event) => `rx-mcp-pool.${event}Event.type`),
    ...methods.map((method) => `rx-mcp-pool/mcp.McpPoolOptions.${method}`),
    ...['name', 'code', 'message', 'data', 'cause'].map((part) => `rx-mcp-pool.PoolError.toJSON.__type.${part}`),
  ],
};
