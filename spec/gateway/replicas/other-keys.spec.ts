import { BehaviorSubject } from 'rxjs';
import { expect, it, onTestFinished } from 'vitest';
import { type Gateway, serveGateway } from '../../../lib/gateway/index.ts';
import { collect } from '../../support/listen.ts';
import { KEY } from '../../support/replicas-of-gateway.ts';
import { until } from '../../support/until.ts';

const OTHER_KEY = 'what the other ones know';

/** Two nodes that know of each other and have these keys. */
async function two(...keys: readonly (readonly string[])[]): Promise<[Gateway, Gateway]> {
  const peers$ = new BehaviorSubject<readonly string[]>([]);
  const nodes = await Promise.all(
    keys.map(async (own) => {
      const node = await serveGateway({ servers: {}, port: 0, admin: 0, replicas: { keys: own, peers$, port: 0 } });
      onTestFinished(() => node.close());
      return node;
    }),
  );
  const told = nodes.map(({ peerProblems$ }) => collect(peerProblems$));
  peers$.next(nodes.map(({ peerPort }) => `http://127.0.0.1:${peerPort ?? 0}`));
  await until(() => nodes.every(({ peers }) => peers.length === 1 && peers[0]?.status !== 'asking'));
  expect(told).toEqual(nodes.map(({ peers }) => peers.filter(({ status }) => status === 'refusing')));
  return nodes as [Gateway, Gateway];
}

const refusing = { status: 'refusing', error: 'it refuses what this node seals: their keys differ' };

it('tells of a node whose keys are other ones', async () => {
  const nodes = await two([KEY], [OTHER_KEY]);
  for (const [n, { peers, adminUrl }] of nodes.entries()) {
    expect(peers).toEqual([{ url: `http://127.0.0.1:${nodes[1 - n]?.peerPort ?? 0}`, ...refusing }]);
    expect(await (await fetch(`${adminUrl ?? ''}peers`)).json()).toEqual(peers);
  }
});

it('tells only the node whose new key the other one does not have yet', async () => {
  const [one, other] = await two([OTHER_KEY, KEY], [KEY]);
  expect(one.peers).toMatchObject([refusing]);
  expect(other.peers).toMatchObject([{ status: 'up' }]);
});
