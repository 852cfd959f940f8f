import type { HealthFacts } from '../../metrics/health.ts';
import { formatMs } from './format.ts';

/** A health for people, at an instant of the pool's clock. */
export interface HealthWords {
  /** The status, and for how long it has lasted: `down for 14 s`. */
  readonly status: string;
  /** The reason, and when connecting is tried next. */
  readonly sentence: string;
}

/** What a health says at an instant. Errors in it are as they came: whoever shows the words has to make them harmless. */
export function healthWords({ status, cause, since, nextTryAt }: HealthFacts, at: number): HealthWords {
  const next =
    nextTryAt === null ? '' : nextTryAt <= at ? ' Next try now.' : ` Next try in ${inSeconds(nextTryAt - at)}.`;
  return {
    status: status === 'ok' ? 'ok' : `${status} for ${inSeconds(Math.max(0, at - since))}`,
    sentence: `${cause}${next}`,
  };
}

/** Whole seconds from one on, for the words are drawn again and again. */
function inSeconds(ms: number): string {
  if (ms < 1000) return `${(ms / 1000).toFixed(1)} s`;
  return ms < 60_000 ? `${Math.round(ms / 1000)} s` : formatMs(ms);
}
