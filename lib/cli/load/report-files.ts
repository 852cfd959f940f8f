import { writeFile } from 'node:fs/promises';
import { messageOf } from '../../base/thrown.ts';
import { CommandError } from '../command-error.ts';
import { csvReport } from './csv-report.ts';
import { type Ending, jsonReport } from './json-report.ts';
import type { LoadOptions } from './load-options.ts';
import type { LoadScene } from './load-scene.ts';
import type { RunSample } from './run-sample.ts';

/** The files that get the reports of a load. */
export interface ReportFiles {
  write(scene: LoadScene, results: readonly RunSample[], ending: Ending): Promise<void>;
}

/**
 * Makes the files that were asked for, before the load, so that nobody learns after an hour that there is no such folder.
 * Rejects with a `CommandError` where one cannot be written.
 */
export async function reportFiles({ json, csv }: Pick<LoadOptions, 'json' | 'csv'>): Promise<ReportFiles> {
  for (const file of [json, csv]) if (typeof file === 'string') await written(file, '');
  return {
    write: async (scene, results, ending) => {
      if (typeof json === 'string') await written(json, jsonReport(scene, results, ending));
      if (typeof csv === 'string') await written(csv, csvReport(results));
    },
  };
}

async function written(file: string, content: string): Promise<void> {
  await writeFile(file, content).catch((error: unknown) => {
    throw new CommandError(`cannot write ${file}: ${messageOf(error)}`);
  });
}
