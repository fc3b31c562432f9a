/** Links of the documents: each relative link names a file that exists, and a heading that exists in it. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { documents } from './documents.ts';

/** Returns the anchors of a page as GitHub makes them: lower case, punctuation removed, spaces as hyphens. */
function anchors(page: string): Set<string> {
  const headings = page.replace(/^```[\s\S]*?^```/gm, '').matchAll(/^#+ (.+)$/gm);
  return new Set(
    [...headings].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replace(/\s/g, '-'),
    ),
  );
}

/** Returns the links of a document that lead nowhere. */
function deadLinks(file: string): string[] {
  const text = readFileSync(file, 'utf8').replace(/^```[\s\S]*?^```/gm, '');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const [name = '', anchor] = link.split('#');
      const target = name === '' ? file : path.resolve(path.dirname(file), name);
      if (!existsSync(target)) return true;
      return anchor !== undefined && !anchors(readFileSync(target, 'utf8')).has(anchor);
    });
}

test.each(documents())('%s has no dead link', (file) => {
  expect(deadLinks(file)).toEqual([]);
});
