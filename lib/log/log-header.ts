/** The first line of each file of a log. */
export interface LogHeader {
  readonly type: 'log';
  readonly format: 1;
  /** The same in all files of one recording. */
  readonly recording: string;
  /** The number of this file in the recording, 1 for the first. */
  readonly part: number;
  /** When this file was begun, wall-clock time in ISO 8601. */
  readonly date: string;
}

/** The name that a log file has after so many rotations; 0 is the present file. */
export function rotated(file: string, rotations: number): string {
  return rotations === 0 ? file : `${file}.${rotations}`;
}
