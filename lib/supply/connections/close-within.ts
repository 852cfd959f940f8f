import { EMPTY, Subscription, from } from 'rxjs';
import { unsubscribeQuietly } from '../../base/unsubscribe-quietly.ts';
import type { CloseResult } from '../connector.ts';

/**
 * Runs a user's `close`, and calls `done` once: when `close` has completed or failed (the connection is of no more use
 * either way), or after `timeoutMs` milliseconds (0: no limit).
 */
export function closeWithin(close: () => CloseResult, timeoutMs: number, done: () => void): void {
  const closing = new Subscription();
  const finish = (): void => {
    if (closing.closed) return;
    unsubscribeQuietly(closing);
    done();
  };
  const timer = timeoutMs > 0 ? setTimeout(finish, timeoutMs) : undefined;
  closing.add(() => {
    clearTimeout(timer);
  });
  try {
    closing.add(from(close() ?? EMPTY).subscribe({ error: finish, complete: finish }));
  } catch {
    finish();
  }
}
