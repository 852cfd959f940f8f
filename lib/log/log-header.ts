/** The first line of each file of a log. */
export interface LogHeader {
  readonly type: 'log';
  readonly format: 1;
  /** The same in all files of one recording. */
  readonly recording: string;
  /** Which of these this is, 1 for the first. */
  readonly part: number;
  /** When this file was begun, by the wall clock. */
  readonly date: string;
}

/** The name of a file that was so many rotations ago; 0 is the present one. */
export function rotated(file: string, rotations: number): string {
  return rotations === 0 ? file : `${file}.${rotations}`;
}
