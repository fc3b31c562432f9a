/** Documents that the code cites: each page exists, and so does the heading that is named after it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

/** Folders and files whose comments and texts may cite a document. */
const CITING = ['src', 'verifier/src', 'verifier/test', 'test', 'training', 'tools', 'bin', 'configs', 'prisma'];
const CODE = /\.(?:ts|mjs|cjs|js|prisma|yaml|sql)$/;

function codeFiles(): string[] {
  return CITING.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => path.join(folder, file)),
  ).filter((file) => CODE.test(file) && !/node_modules|generated|fixtures/.test(file));
}

/** Returns the lines of a file that are comments, joined. */
function comments(file: string): string {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => /^\s*(?:\/?\*|\/\/|#)|\/\/ /.test(line))
    .join('\n');
}

/** Returns the citations of a text that lead nowhere. */
function deadCitations(file: string, text: string): string[] {
  // A page of a URL, and a name that is put together or matched by an expression, are no citations.
  const cited = text.matchAll(/(?<![\w/:.*$}-])((?:[\w-]+\/|\.\.\/)*[\w-]+\.md)(?:,(?:\n \*)? ([A-Z][\w -]*[\w]))?/g);
  return [...cited]
    .filter(([, page = '', heading]) => {
      const found = [page, path.join(path.dirname(file), page)].find((candidate) => existsSync(candidate));
      if (found === undefined) return true;
      return heading !== undefined && !new RegExp(`^#+ ${heading}$`, 'm').test(readFileSync(found, 'utf8'));
    })
    .map(([citation]) => citation);
}

test('every document that a comment cites exists, with the heading that is named', () => {
  const dead = codeFiles().flatMap((file) =>
    deadCitations(file, comments(file)).map((citation) => `${file}: ${citation}`),
  );
  expect(dead).toEqual([]);
});

test.each(['See docs/no-such-page.md.', 'See docs/proxy.md, No such heading.', 'Spec proxy.md, Sessions.'])(
  'the check reports a citation that leads nowhere: %s',
  (text) => {
    expect(deadCitations('src/somewhere.ts', text)).toHaveLength(1);
  },
);
