import { Command, Option } from 'commander';
import { createColors } from 'picocolors';
import { type CommandIo, isColoured } from '../command-io.ts';
import { jsonText } from '../terminal/printable.ts';
import { comparisonText } from './comparison-text.ts';
import { readReport } from './load-report.ts';
import { comparisons, differences } from './report-comparison.ts';

const DESCRIPTION = `Compares two loads that mcp-pool load --json has written: each figure with how much it
varies from second to second, and whether the difference is more than that.`;

const MORE = `
Examples:
  $ mcp-pool load --rate 500 --json before.json
  $ mcp-pool load --rate 500 --json after.json
  $ mcp-pool compare before.json after.json

Exit codes:
  0    compared, whatever came of it
  2    bad flags, a file that cannot be read or is no report of a load`;

const USUAL_COLUMNS = 100;

/** The command `mcp-pool compare`; `finish` is told the exit code. */
export function compareCommand(io: CommandIo, finish: (exitCode: number) => void): Command {
  return new Command('compare')
    .summary('compare two loads')
    .description(DESCRIPTION)
    .argument('<one>', 'the report of a load')
    .argument('<other>', 'the report of another')
    .addOption(new Option('--json', 'print one JSON document and nothing else'))
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', MORE)
    .allowExcessArguments(false)
    .action(async (one: string, other: string, { json = false }: { readonly json?: boolean }) => {
      const [first, second] = [await readReport(one), await readReport(other)];
      const runs = comparisons(first, second);
      const paper = { columns: io.stdout.columns ?? USUAL_COLUMNS, paint: createColors(isColoured(io)) };
      const differing = differences(first, second);
      const document = { command: 'compare', one, other, differences: differing, runs };
      io.stdout.write(
        json
          ? `${jsonText(document, 2)}\n`
          : comparisonText(runs, { names: [one, other], differences: differing }, paper),
      );
      finish(0);
    });
}
