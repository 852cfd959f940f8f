import { describe, expect, it } from 'vitest';
import { chosenRuns, chosenSeed } from '../../support/chosen.ts';
import { builtProgram } from '../../support/start-tcp-server.ts';
import { CrowdCall } from './crowd-call.ts';
import { crowd } from './crowd.ts';
import { newTally } from './tally.ts';

/** What a call takes on a slow machine, in milliseconds. */
const CALL_MS = 60;

const calls = chosenRuns('CROWD_CALLS', 2000);

describe('a gateway before servers that ask', () => {
  it(
    'tells nobody what is for somebody else, whoever gives up and whatever dies',
    async () => {
      const program = builtProgram('../chaos/crowd/asking-process');
      const clients = Math.min(200, Math.ceil(calls / 20));
      const plan = { clients, calls, processes: 4, program, killEachMs: 2000 };
      const { tally, kills } = await crowd({ ...plan, seed: chosenSeed('CROWD_SEED') });
      expect(tally.strange).toEqual([]);
      expect(kills).toBeGreaterThan(0);
      const failed = [...tally.failed.values()].reduce((sum, each) => sum + each, 0);
      expect(tally.answered + tally.cancelled + failed).toBe(calls);
      expect(tally.answered).toBeGreaterThan(0.8 * calls);
    },
    60_000 + calls * CALL_MS,
  );
});

describe('a call of the crowd', () => {
  const heard = (hear: (call: CrowdCall) => void): number => {
    const tally = newTally();
    hear(new CrowdCall('client 1', 1, tally));
    return tally.strange.length;
  };
  const progress = (progressToken: string, message: string, done = 1) => ({
    method: 'notifications/progress',
    params: { progressToken, message, progress: done },
  });
  const answer = (text: object) => ({ result: { content: [{ text: JSON.stringify(text) }] } });

  it('finds nothing strange in what is its own', () => {
    const strange = heard((call) => {
      call.told(progress('token of client 1 1', 'client 1 1'));
      call.told({ method: 'notifications/message', params: { data: 'client 1 1' } });
      call.asked({ messages: [{ content: { text: 'client 1 1' } }] });
      call.ended(answer({ who: 'client 1 1', pid: 1, said: 'said by client 1 1' }));
    });
    expect(strange).toBe(0);
  });

  it.each<[string, (call: CrowdCall) => void]>([
    ['progress', (call) => call.told(progress('token of client 1 2', 'client 1 2'))],
    ['a log', (call) => call.told({ method: 'notifications/message', params: { data: 'client 1 10' } })],
    ['a question', (call) => call.asked({ messages: [{ content: { text: 'client 1 11' } }] })],
    ['an answer', (call) => call.ended(answer({ who: 'client 2 1', said: 'said by client 1 1' }))],
    [
      'what somebody else has answered',
      (call) => call.ended(answer({ who: 'client 1 1', said: 'said by client 2 1' })),
    ],
  ])('finds %s of another one strange', (_, hear) => {
    expect(heard(hear)).toBeGreaterThan(0);
  });
});
