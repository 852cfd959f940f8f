import { report } from '../base/report.ts';

/** A queued notification to code outside the pool. */
export interface Delivery {
  deliver(): void;
}

/**
 * Runs one delivery. An observer's teardown may throw; the later observers are notified and the sender goes on all the
 * same.
 */
export function deliverSafely(delivery: Delivery): void {
  try {
    delivery.deliver();
  } catch (error) {
    report(error);
  }
}
