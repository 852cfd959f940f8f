import { EMPTY, Observable, type ObservableInput, defer, delay, firstValueFrom, map, of, timer } from 'rxjs';
import type { Connector } from '../../lib/supply/connector.ts';
import type { FakeConnection, FakeServer } from '../support/fake-server.ts';
import { Deliberate } from '../support/deliberate.ts';
import type { Draw } from './draw.ts';
import type { Workplace } from '../support/workplace.ts';
import type { DrawnEndpoints } from './drawn-endpoints.ts';

/** Where it is done, and where what is wrong is written down. */
export interface Surroundings {
  readonly wrong: string[];
  readonly workplace: Workplace;
  readonly endpoints: DrawnEndpoints | undefined;
}

/** As long as a check that cannot be broken off takes at most: less than it may. */
const LONGEST_CHECK_MS = 12;

/**
 * The connector of a fake server, made as people make them: connects take any time, and come as observables, promises and
 * generators; every function throws now and then. Notes what is used after its close began.
 */
export function mischievous(
  server: FakeServer,
  draw: Draw,
  { wrong, workplace, endpoints }: Surroundings,
): Connector<FakeConnection> {
  const { connector } = server;
  const used = ({ id, closes }: FakeConnection, how: string): void => {
    if (closes > 0) wrong.push(`I9 connection ${id} is ${how} after its close began`);
    if (draw.chance(1)) throw new Deliberate();
  };
  return {
    connect: (context) => {
      if (draw.chance(2)) throw new Deliberate();
      if (draw.chance(2)) return EMPTY;
      if (endpoints?.isDown(Reflect.get(context, 'endpoint')) === true) throw new Deliberate();
      server.behaviour.connectMs = connectMs(draw);
      return inAnyForm(connector.connect(context) as Observable<FakeConnection>, draw);
    },
    warm: (connection) => {
      used(connection, 'warmed');
      const warmed$ = defer(() => connector.warm?.(connection) ?? EMPTY);
      return draw.chance(80) ? warmed$ : of(undefined).pipe(delay(draw.about(10)));
    },
    down: (connection) => {
      used(connection, 'watched');
      return connector.down?.(connection) ?? EMPTY;
    },
    check: (connection) => {
      used(connection, 'checked');
      return draw.chance(60) ? (connector.check?.(connection) ?? EMPTY) : promised(connection, draw, workplace);
    },
    notices: (connection) => {
      used(connection, 'watched');
      if (draw.chance(80)) return EMPTY;
      return timer(draw.about(60)).pipe(map(() => ({ note: 'so it goes', retire: draw.chance(50) })));
    },
    isPermanent: () => draw.chance(10),
    isTimeout: () => draw.chance(50),
    isBroken: () => draw.chance(10),
    restMs: () => (draw.chance(25) ? draw.about(20) : undefined),
    close: (connection) => {
      const closed = connector.close?.(connection);
      if (draw.chance(3)) throw new Deliberate();
      return closed;
    },
  };
}

/** A check that nobody can break off, and that says what it has found. */
async function promised(connection: FakeConnection, draw: Draw, workplace: Workplace): Promise<boolean> {
  const end = workplace.begin(connection, 'a check');
  await new Promise((resolve) => setTimeout(resolve, draw.below(LONGEST_CHECK_MS)));
  end();
  if (draw.chance(5)) throw new Deliberate();
  return connection.health === 'good';
}

function connectMs(draw: Draw): number {
  const kind = draw.below(20);
  if (kind < 6) return 0;
  if (kind < 19) return draw.about(15);
  return Infinity;
}

function inAnyForm(connecting$: Observable<FakeConnection>, draw: Draw): ObservableInput<FakeConnection> {
  const kind = draw.below(10);
  if (kind < 7) return connecting$;
  return kind < 9 ? firstValueFrom(connecting$) : generated(connecting$);
}

async function* generated(connecting$: Observable<FakeConnection>): AsyncGenerator<FakeConnection> {
  yield await firstValueFrom(connecting$);
}
