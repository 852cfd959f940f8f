import { setTimeout as sleep } from 'node:timers/promises';
import type { Subscription, Unsubscribable } from 'rxjs';
import { reporting } from '../../base/report.ts';
import type { ResultListener } from '../exchange/exchange.ts';
import type { Ask } from './request-work.ts';

/** How long a request with handlers waits until what the server says unasked can be heard, in milliseconds. */
const OPENING_MS = 500;

/** A request during which handlers answer what the server asks. */
interface HandledRequest<R> {
  /** Ends the answering. */
  readonly answering: Subscription;
  /** What has to be waited for, lest the handlers miss something; `undefined` where nothing has. */
  readonly opening: Promise<void> | undefined;
  readonly listener: ResultListener<R>;
  readonly begin: Ask<R>;
}

/** Begins a request, and ends the answering with it; what is returned ends both. */
export function whileAnswering<R>({ answering, opening, listener, begin }: HandledRequest<R>): Unsubscribable {
  const told: ResultListener<R> = {
    next: (result) => {
      answering.unsubscribe();
      listener.next(result);
    },
    error: (error) => {
      answering.unsubscribe();
      listener.error(error);
    },
    complete: () => listener.complete?.(),
  };
  const send = (): void => {
    if (!answering.closed) answering.add(begin(told));
  };
  if (opening === undefined) send();
  else void Promise.race([opening, sleep(OPENING_MS, undefined, { ref: false })]).then(reporting(send));
  return answering;
}
