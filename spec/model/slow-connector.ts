import { type Observable, defer, firstValueFrom, from, ignoreElements, mergeMap } from 'rxjs';
import { Deliberate } from '../support/deliberate.ts';
import type { FakeConnection, FakeServer } from '../support/fake-server.ts';

/** How one connect goes. */
export interface ConnectPlan {
  readonly fails: boolean;
  /** A promise cannot be told to give up. */
  readonly isPromise: boolean;
}

/** The connector of a fake server that connects and closes when it is its turn. */
export function slowConnector(
  { connector }: FakeServer,
  plans: readonly ConnectPlan[],
  turn: (label: string) => Promise<void>,
): Pick<FakeServer['connector'], 'connect' | 'warm' | 'down' | 'close'> {
  const { connect, warm, down, close } = connector;
  return {
    connect: (context) => {
      const plan = plans[context.id % Math.max(1, plans.length)];
      const connecting$ = from(turn(`connect ${context.id}`)).pipe(
        mergeMap(() => {
          if (plan?.fails === true) throw new Deliberate();
          return connect(context);
        }),
      );
      return plan?.isPromise === true ? firstValueFrom(connecting$) : connecting$;
    },
    ...(warm && { warm }),
    ...(down && { down }),
    close: (connection: FakeConnection): Observable<never> => {
      void close?.(connection);
      return defer(() => turn(`close ${connection.id}`)).pipe(ignoreElements());
    },
  };
}
