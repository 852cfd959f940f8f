import type { IncomingMessage } from 'node:http';

/** What a request asks for, seen from where the dashboard is mounted. */
export interface Asked {
  /** Begins with a slash; `undefined` for what is not below the mount. */
  readonly path: string | undefined;
  readonly query: URLSearchParams;
  /** Where the page is asked for without the slash that its relative addresses need: the address with it, a relative one. */
  readonly redirect: string | undefined;
}

/** A request as a framework hands it on: some keep here the address that they have taken the mount off. */
type MountedRequest = Pick<IncomingMessage, 'url'> & { readonly originalUrl?: string };

/** What is asked for at a dashboard whose server hands on the whole address below `path`; empty: only the part below the mount. */
export function askedAt(path: string, { url = '/', originalUrl = url }: MountedRequest): Asked {
  // Not `new URL`, which throws at what anybody may send: a request is never to end the process.
  const whole = pathIn(originalUrl);
  const below = path === '' ? pathIn(url) : whole.startsWith(path) ? whole.slice(path.length) : undefined;
  const search = url.slice(pathIn(url).length);
  const query = new URLSearchParams(search);
  if (below === undefined || (below !== '' && !below.startsWith('/'))) {
    return { path: undefined, query, redirect: undefined };
  }
  const isBare = (below === '' || below === '/') && !whole.endsWith('/');
  // With a dot, so that no name can be read as another server's.
  const redirect = isBare ? `./${whole.slice(whole.lastIndexOf('/') + 1)}/${search}` : undefined;
  return { path: below === '' ? '/' : below, query, redirect };
}

function pathIn(url: string): string {
  const [path = ''] = url.split('?', 1);
  return path;
}
