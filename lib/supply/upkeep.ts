import { EMPTY, Subscription, defer, tap } from 'rxjs';
import { messageOf } from '../errors.ts';
import type { ConnectionRecord } from '../state/pool-state.ts';
import { type HealthOutcome, healthOf } from './health.ts';
import type { Notice } from './connector.ts';
import type { SupplyOptions } from './supply-parts.ts';

/** Who hears what becomes of a connection while it is up. */
export interface UpkeepListener {
  checked(outcome: HealthOutcome): void;
  noticed(notice: Notice): void;
  /** It has lived long enough. */
  aged(): void;
}

/** Looks after one connection for as long as it is up: its health, its notices and its age. */
export function upkeepOf<C>(
  connection: C,
  options: SupplyOptions<C>,
  record: () => ConnectionRecord | undefined,
  listener: UpkeepListener,
): Subscription {
  const upkeep = new Subscription();
  upkeep.add(
    healthOf(connection, options, record)
      .pipe(
        tap((outcome) => {
          listener.checked(outcome);
        }),
      )
      .subscribe(),
  );
  upkeep.add(noticesOf(connection, options, listener));
  upkeep.add(lifetimeOf(options, listener));
  return upkeep;
}

function noticesOf<C>(connection: C, { connector }: SupplyOptions<C>, listener: UpkeepListener): Subscription {
  return defer(() => connector.notices?.(connection) ?? EMPTY).subscribe({
    next: (notice: Partial<Notice> | undefined) => {
      // From untyped code it may be anything; what goes into the log is text.
      if (notice?.note !== undefined)
        listener.noticed({ note: messageOf(notice.note), retire: notice.retire === true });
    },
    // A connection is not worse for it, nor for a function that throws.
    error: () => undefined,
  });
}

/** Drawn for each connection, so that those opened together do not end together. */
function lifetimeOf<C>(
  { maxLifetimeMs, random }: SupplyOptions<C>,
  listener: UpkeepListener,
): Subscription | undefined {
  const { minMs, maxMs } = maxLifetimeMs;
  if (maxMs === 0) return undefined;
  const timer = setTimeout(
    () => {
      listener.aged();
    },
    minMs + random() * (maxMs - minMs),
  );
  return new Subscription(() => {
    clearTimeout(timer);
  });
}
