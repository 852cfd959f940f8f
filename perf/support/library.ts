import { createRequire } from 'node:module';
import type * as Rxjs from 'rxjs';
import type * as Library from '../../lib/index.ts';

/** The URL of the library of the build that this program is part of. */
export const THIS_LIBRARY: string = new URL('../../lib/index.js', import.meta.url).href;

/** The library of a build, whichever that is: an older one may lack some of it. */
export async function libraryAt(url: string): Promise<typeof Library> {
  return (await import(url)) as typeof Library;
}

/** The copy of RxJS that the library at this URL uses. */
export async function rxjsOf(url: string): Promise<typeof Rxjs> {
  return (await import(createRequire(url).resolve('rxjs'))) as typeof Rxjs;
}
