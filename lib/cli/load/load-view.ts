import { createLogUpdate } from 'log-update';
import { createColors } from 'picocolors';
import { type CommandIo, isColoured, isLive } from '../command-io.ts';
import { csvReport } from './csv-report.ts';
import type { LoadOptions } from './load-options.ts';
import { liveFrame } from './live-view.ts';
import { plainLine } from './plain-view.ts';
import { oneLine } from '../terminal/printable.ts';
import { type LoadMoment, type LoadScene, headline } from './load-scene.ts';
import { summary } from './summary.ts';
import { type Ending, jsonReport } from './json-report.ts';
import type { RunSample } from './run-sample.ts';
import type { Paint } from '../terminal/canvas.ts';

/** Shows a load on stdout. */
export interface LoadView {
  /** Something is being prepared; a few words say what. */
  prepare(what: string): void;
  begin(scene: LoadScene): void;
  show(moment: LoadMoment): void;
  /** Removes what moves, so that the terminal is as it was. */
  clear(): void;
  end(scene: LoadScene, results: readonly RunSample[], ending: Ending): void;
}

const USUAL_COLUMNS = 80;
const nothing = (): void => undefined;

/** Draws and draws again in a terminal; elsewhere one line a second; where stdout is to have a report, nothing but that. */
export function viewFor(io: CommandIo, { json, csv }: Pick<LoadOptions, 'json' | 'csv'>): LoadView {
  if (json === true) return reportView(io, jsonReport);
  if (csv === true) return reportView(io, (_, results) => csvReport(results));
  return isLive(io) ? liveView(io) : plainView(io);
}

function liveView(io: CommandIo): LoadView {
  const { stdout } = io;
  const paint: Paint = createColors(isColoured(io));
  // The terminal may be resized at any time.
  const columns = (): number => stdout.columns ?? USUAL_COLUMNS;
  const draw = createLogUpdate(stdout as unknown as NodeJS.WritableStream);
  let scene: LoadScene | undefined;
  return {
    prepare: (what) => {
      draw(paint.dim(oneLine(what)));
    },
    begin: (begun) => {
      scene = begun;
    },
    show: (moment) => {
      if (scene) draw(liveFrame(scene, moment, { columns: columns(), paint }));
    },
    clear: () => {
      draw.clear();
      draw.done();
    },
    end: (ended, results, ending) => {
      stdout.write(`${summary(ended, results, { columns: columns(), paint, boxed: true, ...ending })}\n`);
    },
  };
}

function plainView({ stdout }: CommandIo): LoadView {
  const paint: Paint = createColors(false);
  let shown = '';
  return {
    prepare: nothing,
    begin: (scene) => {
      stdout.write(`${headline(scene)}\n`);
    },
    show: ({ sample, earlier }) => {
      const second = `${earlier.length} ${sample.seconds}`;
      if (sample.seconds === 0 || second === shown) return;
      shown = second;
      stdout.write(`${plainLine(sample)}\n`);
    },
    clear: nothing,
    end: (scene, results, ending) => {
      stdout.write(`\n${summary(scene, results, { columns: Infinity, paint, boxed: false, ...ending })}\n`);
    },
  };
}

function reportView({ stdout }: CommandIo, report: typeof jsonReport): LoadView {
  return {
    prepare: nothing,
    begin: nothing,
    show: nothing,
    clear: nothing,
    end: (scene, results, ending) => {
      stdout.write(report(scene, results, ending));
    },
  };
}
