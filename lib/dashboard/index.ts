/**
 * A page that shows pools live: `serveDashboard`, and the types of what its server says.
 *
 * @module rx-mcp-pool/dashboard
 */

export { type DashboardHandler, dashboardHandler } from './dashboard-handler.ts';
export type { DashboardHandlerOptions, DashboardOptions } from './dashboard-options.ts';
export type {
  Cell,
  EndpointFigures,
  EventSample,
  Frame,
  Gauges,
  HistoryPoint,
  HistoryRange,
  PeerFigures,
  PoolList,
  PoolSummary,
  RecentFigures,
  Second,
  SecondCounts,
  SecondList,
  ViewSnapshot as Snapshot,
  StreamEvents,
  Trouble,
  View,
  WhyAnswer,
  WindowPoint,
} from './protocol.ts';
export type { HealthFacts } from '../metrics/health.ts';
export type { Pools } from './pool-list.ts';
export { type Dashboard, serveDashboard } from './serve-dashboard.ts';
export type { PoolSource, WatchedPool } from './watched-pool.ts';
