/** By what a series is told from the others of its instrument. */
export type LabelName = 'pool' | 'strategy' | 'endpoint' | 'state' | 'method' | 'tool' | 'status' | 'error';

/** The same object stands for the same series wherever one is kept. */
export type Labels = Readonly<Partial<Record<LabelName, string>>>;

/** One text for the same labels in the same order. */
export function keyOf(labels: Labels): string {
  return JSON.stringify(Object.entries(labels));
}
