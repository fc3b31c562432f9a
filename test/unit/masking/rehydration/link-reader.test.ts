import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LINK_TAIL, LinkReader } from '../../../../src/masking/rehydration/link-reader.ts';

/** Whether a URL is open behind the text; a bare URL begins at each `§`. */
function isInUrl(text: string, reader = new LinkReader()): boolean {
  for (let at = 0; at < text.length; at += 1) reader.feed(text, at, text[at] === '§');
  return reader.isInUrl;
}

test.each([
  '[a](',
  '[a]( \n ',
  '[a](b c',
  '[a](b(c)',
  '[a](b\\)',
  '[a](<b c)',
  '![a](',
  '[a]:',
  '[a]: <b c',
  '<https:',
  '<mailto:a b',
  '<a href=',
  '<a href = "',
  "<img data-src='a b",
  '<a xlink:href="',
  'href=',
  'url(',
  'background: URL( "a b',
  'image-set(',
  '@import "',
  "@import   'a",
  'x.example/',
  '10.0.0.1:80/',
  'x.xn--p1ai?',
  '§',
  '§a"b',
])('LinkReader is in a URL behind %j', (text) => {
  expect(isInUrl(text)).toBe(true);
});

test.each([
  '',
  'plain text',
  '[a] (',
  '[a](b)',
  '[a](b(c))',
  '[a](<b>',
  '[a](b\n\n',
  '[a]: b ',
  '[a]: <b> ',
  '<https:a>',
  '<a href="b"',
  '<a href=b ',
  '<a href=b>',
  'xhref=',
  'title="',
  'curl(',
  'url(a)',
  'url("a")',
  '@import "a"',
  '@imported "',
  'and/',
  'v1.2/',
  '§a ',
  '§a<',
])('LinkReader is in no URL behind %j', (text) => {
  expect(isInUrl(text)).toBe(false);
});

test('LinkReader ends a bare URL with the link around it only where every reader sees that link', () => {
  expect(isInUrl('[a](§b)')).toBe(false);
  expect(isInUrl('a](§b)')).toBe(true);
  expect(isInUrl('\\[a](§b)')).toBe(true);
  expect(isInUrl('<a href="§b">')).toBe(false);
  expect(isInUrl('href="§b"')).toBe(true);
});

test('LinkReader counts all text as a URL once more links are open than it follows, until the string ends', () => {
  const reader = new LinkReader();
  expect(isInUrl(`${'url('.repeat(16)}${')'.repeat(16)}`)).toBe(false);
  expect(isInUrl(`${'url('.repeat(17)}${')'.repeat(17)} x`, reader)).toBe(true);
  reader.reset();
  expect(reader.isInUrl).toBe(false);
});

test('LinkReader needs only the last characters of what was read', () => {
  const piece = fc.constantFrom(
    '[a]',
    '(',
    ')',
    '<a ',
    'href',
    '=',
    ' ',
    '"',
    '>',
    'url(',
    '§',
    '\\',
    '\n',
    '@import',
    'x.example/',
    'ab'.repeat(30),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('');
      const [whole, cut] = [new LinkReader(), new LinkReader()];
      for (let at = 0; at < text.length; at += 1) {
        whole.feed(text, at, text[at] === '§');
        const from = Math.max(0, at - LINK_TAIL);
        cut.feed(text.slice(from, at + 1), at - from, text[at] === '§');
        expect(cut.isInUrl).toBe(whole.isInUrl);
      }
    }),
    { numRuns: 150 },
  );
});
