/** What a probe has found, or why it has found nothing. */
export type Finding<T> =
  | { readonly status: 'found'; readonly value: T }
  | { readonly status: 'failed'; readonly reason: string }
  | { readonly status: 'skipped'; readonly reason: string };

/** What was found; `undefined` where nothing was. */
export function valueOf<T>(finding: Finding<T>): T | undefined {
  return finding.status === 'found' ? finding.value : undefined;
}
