import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { groupGone, HAS_PROCESS_GROUPS, signalGroup } from '../../../lib/mcp/lines/process-group.ts';
import { hasProc, livingInGroups } from '../../support/process-groups.ts';

const mebibyte = 1024 * 1024;

let leader: ChildProcess;

afterEach(() => {
  signalGroup(leader, 'SIGKILL');
});

/** A process that leads a group, with another one in it that has so much memory to give back. */
async function startGroup(bytes: number): Promise<number> {
  const follower = `Buffer.alloc(${bytes}, 1); console.log('ready'); setInterval(() => {}, 1000);`;
  const leading = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(follower)}], { stdio: 'inherit' });`;
  leader = spawn(process.execPath, ['-e', leading], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  if (leader.stdout) await once(leader.stdout, 'data');
  return leader.pid ?? 0;
}

async function killLeader(): Promise<void> {
  leader.kill('SIGKILL');
  await once(leader, 'exit');
}

describe.runIf(HAS_PROCESS_GROUPS && hasProc)('groupGone', () => {
  it('waits for those who were killed and are still on their way', async () => {
    const pid = await startGroup(100 * mebibyte);
    await killLeader();
    signalGroup(leader, 'SIGKILL');
    await groupGone(leader);
    expect(livingInGroups([pid])).toEqual([]);
  });

  it('waits for nobody for ever', async () => {
    const pid = await startGroup(0);
    await killLeader();
    const began = performance.now();
    await groupGone(leader);
    expect(performance.now() - began).toBeGreaterThan(90);
    expect(livingInGroups([pid])).toHaveLength(1);
  });

  it('does not wait where nobody is left', async () => {
    leader = spawn(process.execPath, ['-e', ''], { detached: true, stdio: 'ignore' });
    await once(leader, 'exit');
    const began = performance.now();
    await groupGone(leader);
    expect(performance.now() - began).toBeLessThan(50);
  });
});
