import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

describe.each(['run', 'check', 'compare'])('perf/%s', (program) => {
  it('says in one line what it does not understand, and exits with 2', async () => {
    const { code, out, err } = await run(program, '--bogus');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^.*--bogus.*\n$/);
  });

  it('tells what it can do, and exits with 0', async () => {
    const { code, out, err } = await run(program, '--help');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^npm run perf/);
  });
});

it('refuses a workload that there is not', async () => {
  expect(await run('run', 'nothing')).toMatchObject({
    code: 2,
    err: expect.stringMatching(/^no workload "nothing": .*\n$/) as unknown,
  });
});

function run(program: string, ...args: readonly string[]): Promise<{ code: unknown; out: string; err: string }> {
  const file = fileURLToPath(new URL(`../../build/perf/${program}.js`, import.meta.url));
  return new Promise((resolve) => {
    execFile(process.execPath, [file, ...args], (error, out, err) => resolve({ code: error?.code ?? 0, out, err }));
  });
}
