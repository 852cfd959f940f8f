import { bigResults } from './big-results.ts';
import type { Contest } from './contest.ts';
import { http, httpModern, sse, sseProgress, userFetch } from './http.ts';
import { lines, pipes, progress } from './lines.ts';
import { oneAtATime } from './one-at-a-time.ts';

/** All that is measured in rounds. */
export const contests: readonly Contest[] = [
  ...[lines, pipes, progress],
  ...[http, sse, sseProgress, httpModern, userFetch],
  ...[oneAtATime, bigResults],
];
