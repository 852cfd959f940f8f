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

/** How many scenarios of each revision count: with fewer of them, something did not run. */
const scoredIn: ReadonlyMap<string, number> = new Map([
  ['2025-11-25', 18],
  ['2026-07-28', 32],
]);

/** Whether all scenarios that count passed, and none is missing. */
export function isConformant(revision: string, verdicts: readonly ScenarioVerdict[]): boolean {
  const scored = verdicts.filter(({ unscored }) => unscored === undefined);
  return scored.length >= (scoredIn.get(revision) ?? 1) && scored.every(({ isGood }) => isGood);
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
