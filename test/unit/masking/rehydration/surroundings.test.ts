import fc from 'fast-check';
import { expect, test } from 'vitest';
import { edgeBehind, insideUrl, Surroundings } from '../../../../src/masking/rehydration/surroundings.ts';

function behind(text: string, inString = false): Surroundings {
  const surroundings = new Surroundings();
  if (inString) surroundings.reset();
  surroundings.feed(text);
  return surroundings;
}

test.each([
  ['', 'clear'],
  ['a', 'inside'],
  ['é', 'inside'],
  ['7', 'inside'],
  [' ', 'clear'],
  ['a ', 'clear'],
  ['a.', 'joined'],
  ['a_', 'joined'],
  ['7-', 'joined'],
  [' .', 'clear'],
  ['.', 'clear'],
  ["a'", 'inside'],
  ['a\u2019', 'inside'],
  [" '", 'clear'],
  ['a,', 'clear'],
])('edgeBehind %j is %s', (two, edge) => {
  expect(edgeBehind(two)).toBe(edge);
});

test.each([
  ['https:', { scheme: 'other', isBare: true }],
  ['see HTTPS://', { scheme: 'other', isBare: false }],
  ['https://x.example/?q=', { scheme: 'other', isBare: false }],
  ['//', { scheme: 'other', isBare: true }],
  ['www.', { scheme: 'other', isBare: true }],
  ['mailto:', { scheme: 'mailto', isBare: true }],
  ['tel:', { scheme: 'tel', isBare: true }],
  ['sms:+1', { scheme: 'tel', isBare: false }],
  ['[x](', { scheme: 'other', isBare: true }],
  ['[x]( <', { scheme: 'other', isBare: true }],
  ['[x](a(b)', { scheme: 'other', isBare: false }],
  ['[x](a\\)', { scheme: 'other', isBare: false }],
])('Surroundings has a URL open behind %j', (text, url) => {
  expect(behind(text).url).toMatchObject({ scheme: url.scheme });
  expect(behind(text).isInUrl).toBe(true);
});

test.each([
  '',
  'https',
  'xhttps:',
  'awww.',
  'a/b',
  'and//or',
  'https://x.example ',
  'https://x"',
  'tel:1\n',
  '[x](a)',
  '[x](a(b))',
  '[x](<a>',
  '(x)',
  'note:',
])('Surroundings has no URL open behind %j', (text) => {
  expect(behind(text).url).toBeNull();
});

test('Surroundings says that a URL is bare only while nothing but its beginning stands', () => {
  expect([behind('[x](').url?.isBare, behind('[x](a').url?.isBare]).toEqual([true, false]);
  expect([behind('tel:').url?.isBare, behind('tel:1').url?.isBare]).toEqual([true, false]);
});

test('Surroundings takes a whole string of JSON that begins as a URL for one, white space included', () => {
  expect(behind('https://x.example/ and ', true).isInUrl).toBe(true);
  expect(behind('ht\ntps:x y ', true).isInUrl).toBe(true);
  expect(behind('  www.x y ', true).isInUrl).toBe(true);
  expect(behind('go to https://x.example/ and ', true).isInUrl).toBe(false);
  const next = behind('https://x.example/ and ', true);
  next.reset();
  next.feed('x ');
  expect([next.isInUrl, next.edge, next.last]).toEqual([false, 'clear', 'x ']);
});

test('Surroundings is the same however its text is cut', () => {
  const piece = fc.constantFrom(
    'https',
    ':',
    '//',
    'www',
    '.',
    'a',
    ' ',
    '[x]',
    '(',
    ')',
    '<',
    '>',
    '"',
    '\n',
    'href=',
    '\\',
    '\ud83d',
    'tel:',
    '@import "',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 10 }), fc.boolean(), (pieces, inString) => {
      const cut = new Surroundings();
      if (inString) cut.reset();
      for (const each of pieces) cut.feed(each);
      const whole = behind(pieces.join(''), inString);
      expect([cut.edge, cut.last, cut.url, cut.isInUrl]).toEqual([whole.edge, whole.last, whole.url, whole.isInUrl]);
    }),
    { numRuns: 200 },
  );
});

test('insideUrl writes a value so that it neither ends the URL nor begins another part of it', () => {
  const value = "a b&c=d?e#f/g'(h)*!é\ud800";
  const other = insideUrl(value, { scheme: 'other', isBare: true }, false);
  expect(other).toBe('a%20b%26c%3Dd%3Fe%23f%2Fg%27%28h%29%2A%21%C3%A9%EF%BF%BD');
  expect(insideUrl('+1 415', { scheme: 'tel', isBare: true }, false)).toBe('+1%20415');
  expect(insideUrl('a@b.c', { scheme: 'mailto', isBare: true }, false)).toBe('a@b.c');
  expect(insideUrl('a@b.c+', { scheme: 'other', isBare: true }, false)).toBe('a%40b.c%2B');
});

test('insideUrl keeps the parts of a URL only where it is all of the URL', () => {
  const url = 'https://x.example/a?b=c)';
  expect(insideUrl(url, { scheme: 'other', isBare: true }, true)).toBe('https://x.example/a?b=c%29');
  expect(insideUrl(url, { scheme: 'other', isBare: false }, true)).toBe('https%3A%2F%2Fx.example%2Fa%3Fb%3Dc%29');
});

test('insideUrl writes any value in characters that end no URL', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('tel', 'mailto', 'other'),
      fc.boolean(),
      (value, scheme, isUrl) => {
        expect(insideUrl(value, { scheme, isBare: true }, isUrl)).toMatch(/^[^\s"'<>()`\\]*$/);
      },
    ),
    { numRuns: 100 },
  );
});
