import { type FakePool, fakePool } from './fake-pool.ts';
import { ScriptedAllowance } from './scripted-allowance.ts';

/** A pool `tools` of ten connections at most that has `first` granted just after it was opened, or nothing yet. */
export async function allowedPool(
  first: number | undefined,
  options: Parameters<typeof fakePool>[0] = {},
  closeMs = 0,
): Promise<FakePool & { readonly allowance: ScriptedAllowance }> {
  const allowance = new ScriptedAllowance(first);
  const opened = await fakePool({ minSize: 0, maxSize: 10, name: 'tools', ...options, allowance }, { closeMs });
  return { ...opened, allowance };
}
