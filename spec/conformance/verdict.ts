/** What came of one scenario. */
export interface ScenarioVerdict {
  readonly scenario: string;
  readonly passed: number;
  readonly failed: number;
  readonly warnings: number;
  readonly isGood: boolean;
  /** Why it does not count, `undefined` where it does. */
  readonly unscored: string | undefined;
  /** The checks that failed. */
  readonly failures: readonly string[];
}

/** Reads the summary that the suite prints, with `--verbose`, at the end of a run. */
export function verdictsOf(output: string): ScenarioVerdict[] {
  const unscored = new Map([...output.matchAll(/^ {2}[✓✗] (\S+) \(([\w-]+)\)$/gm)].map(([, name, why]) => [name, why]));
  return [...output.matchAll(scenarioLines)].map(([, mark, scenario = '', passed, failed, warnings, checks = '']) => ({
    scenario,
    passed: Number(passed),
    failed: Number(failed),
    warnings: Number(warnings ?? 0),
    isGood: mark === '✓',
    unscored: unscored.get(scenario),
    failures: [...checks.matchAll(/^ {4}- (.*)$/gm)].map(([, check = '']) => check),
  }));
}

const scenarioLines = /^([✓✗]) (\S+): (\d+) passed, (\d+) failed(?:, (\d+) warnings)?\n((?: {4}- .*\n)*)/gm;

/** Which side of MCP is put to the test. */
export type Role = 'client' | 'server';

/** How many scenarios of each revision count: with fewer of them, something did not run. */
const scoredIn: Readonly<Record<Role, ReadonlyMap<string, number>>> = {
  client: new Map([
    ['2025-11-25', 18],
    ['2026-07-28', 32],
  ]),
  server: new Map([
    ['2025-11-25', 30],
    ['2026-07-28', 37],
  ]),
};

/** Whether all scenarios that count passed, but for those that cannot be, and none is missing. */
export function isConformant(
  role: Role,
  revision: string,
  verdicts: readonly ScenarioVerdict[],
  impossible: readonly string[] = [],
): boolean {
  const scored = verdicts.filter(({ unscored }) => unscored === undefined);
  const isFine = ({ isGood, scenario }: ScenarioVerdict): boolean => isGood || impossible.includes(scenario);
  return scored.length >= (scoredIn[role].get(revision) ?? 1) && scored.every(isFine);
}

/** A line for each scenario, the failed checks below it, and the sum. */
export function tableOf(revision: string, verdicts: readonly ScenarioVerdict[]): string {
  const width = Math.max(...verdicts.map(({ scenario }) => scenario.length));
  const lines = verdicts.flatMap((verdict) => [
    lineOf(verdict, width),
    ...verdict.failures.map((check) => `      ${check}`),
  ]);
  const scored = verdicts.filter(({ unscored }) => unscored === undefined);
  const good = scored.filter(({ isGood }) => isGood).length;
  return [revision, ...lines, `  ${good} of ${scored.length} scored scenarios pass`, ''].join('\n');
}

function lineOf({ scenario, passed, failed, warnings, isGood, unscored }: ScenarioVerdict, width: number): string {
  const counts = `${String(passed).padStart(4)} passed ${String(failed).padStart(3)} failed ${String(warnings).padStart(3)} warnings`;
  return `  ${isGood ? 'pass' : 'FAIL'}  ${scenario.padEnd(width)} ${counts}${unscored === undefined ? '' : `  (not scored: ${unscored})`}`;
}
