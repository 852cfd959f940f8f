import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Paper, paperOf, papers, root } from './support/papers.ts';

const pages = papers();

/** What a page links to within the repository: a path, a heading or both. */
function linksIn({ text }: Paper): readonly { readonly to: string; readonly heading: string | undefined }[] {
  const written = [...text.matchAll(/\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+)"/g)];
  return written
    .map(([, link, image]) => link ?? image ?? '')
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => {
      const [to = '', heading] = link.split('#');
      return { to, heading };
    });
}

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf({ text }: Paper): readonly string[] {
  const withoutCode = text.replaceAll(/^```.*?^```/gms, '');
  return [...withoutCode.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function brokenIn(page: Paper): string[] {
  return linksIn(page)
    .filter(({ to, heading }) => {
      const path = to === '' ? page.path : join(dirname(page.path), to);
      if (!existsSync(join(root, path))) return true;
      return heading !== undefined && !anchorsOf(paperOf(path)).includes(heading);
    })
    .map(({ to, heading }) => (heading === undefined ? to : `${to}#${heading}`));
}

describe('the pages of this repository', () => {
  it('link to each other at all', () => {
    expect(pages.flatMap(linksIn).length).toBeGreaterThan(50);
  });

  it.each(pages.map((page) => [page.path, page] as const))('link to what is there: %s', (_, page) => {
    expect(brokenIn(page)).toEqual([]);
  });

  it('can all be reached from the README', () => {
    const seen = new Set(['README.md']);
    for (const path of seen) {
      for (const { to } of linksIn(paperOf(path))) if (to.endsWith('.md')) seen.add(join(dirname(path), to));
    }
    const rooms = pages.map(({ path }) => path).filter((path) => path.startsWith('lib/'));
    expect(rooms.filter((path) => !seen.has(path))).toEqual([]);
  });
});
