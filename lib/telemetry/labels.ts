/** The names of the labels that distinguish the series of one instrument. */
export type LabelName = 'pool' | 'strategy' | 'endpoint' | 'state' | 'method' | 'tool' | 'status' | 'outcome' | 'error';

/** The labels of one series. Where they are stored, the same object is used for the same series. */
export type Labels = Readonly<Partial<Record<LabelName, string>>>;

/** A text that is equal for equal labels in the same order; a key for maps. */
export function keyOf(labels: Labels): string {
  return JSON.stringify(Object.entries(labels));
}
