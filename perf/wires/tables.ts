import { originOf } from '../support/machine.ts';
import { isMet } from '../support/result.ts';
import { aboutLine, aligned } from '../support/table.ts';
import { keep } from '../support/workload.ts';
import type { Cost, Finding } from './finding.ts';

/** Prints what was measured, as tables in Markdown; a look says nothing of targets. */
export function tell(name: string, costs: readonly Cost[], findings: readonly Finding[], quick: boolean): void {
  const about = aboutLine(originOf(), ...(quick ? ['quick'] : []));
  const tables = [...(costs.length > 0 ? [costTable(costs)] : []), findingTable(findings, quick)];
  process.stdout.write(`\n${[name, about, ...tables].join('\n\n')}\n\n`);
}

/** Keeps it; a look is kept without verdicts. */
export function keepAll(folder: string, costs: readonly Cost[], findings: readonly Finding[], quick: boolean): void {
  const ratios = findings.map((finding) => (quick ? finding : { ...finding, ...metBy(finding) }));
  keep(folder, 'wires', { name: 'wires', quick, ...originOf(), results: costs, ratios });
}

function costTable(costs: readonly Cost[]): string {
  const rows = costs.map(({ contest, row, unit, spread: { median, low, high }, perSecond }) => [
    `${contest}: ${row}`,
    `${short(median)} ${unit}`,
    `${short(low)}-${short(high)}`,
    perSecond.toFixed(0),
  ]);
  return aligned(['row', 'of one request', 'half between', 'requests/s'], rows);
}

function findingTable(findings: readonly Finding[], quick: boolean): string {
  const rows = findings.map((finding) => {
    const { name, value, spread, digits, target } = finding;
    const half = spread === undefined ? '' : `${spread.low.toFixed(digits)}-${spread.high.toFixed(digits)}`;
    const bound = target === undefined ? '' : 'atMost' in target ? `<= ${target.atMost}` : `>= ${target.atLeast}`;
    return [name, value.toFixed(digits), half, bound, quick ? '' : verdictOf(finding)];
  });
  return aligned(['', 'measured', 'half between', 'target', ''], rows);
}

function verdictOf(finding: Finding): string {
  const { met } = metBy(finding);
  if (met === undefined) return '';
  return met ? 'holds' : '**misses**';
}

function metBy({ name, value, target }: Finding): { readonly met?: boolean } {
  return target === undefined ? {} : { met: isMet({ name, value, target }) };
}

/** Four digits at most. */
function short(value: number): string {
  return value < 100 ? value.toFixed(1) : value.toFixed(0);
}
