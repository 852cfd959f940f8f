/** The instant, and the version that the next event makes; read once, where the event comes from. @internal */
export function stamp(store: { readonly nextVersion: number }): { readonly at: number; readonly version: number } {
  return { at: performance.now(), version: store.nextVersion };
}
