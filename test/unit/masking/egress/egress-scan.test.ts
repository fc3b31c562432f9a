import { describe, expect, test } from 'vitest';
import { AhoCorasick } from '../../../../src/masking/egress/aho-corasick.ts';
import type { EscapeReading } from '../../../../src/masking/egress/egress-reading.ts';
import { AT_WORD, BEGINS_RUN, BEGINS_WORD, EgressScan } from '../../../../src/masking/egress/egress-scan.ts';
import { PairMap } from '../../../../src/masking/egress/pair-map.ts';
import { FIRST_SEED, nextFirst, nextSecond, SECOND_SEED } from '../../../../src/masking/egress/word-hashes.ts';
import { runAtOnce } from '../../../../src/platform/steps.ts';

const codes = (text: string): number[] => Array.from(text, (letter) => letter.codePointAt(0) ?? 0);

/** Searches for these runs of letters and digits and these phrases; what was found is the text of it. */
function scanned(
  text: string,
  { runs = [], phrases = [] }: { readonly runs?: readonly string[]; readonly phrases?: readonly string[] },
  reading: EscapeReading = 'nested',
  accepts: (found: string) => boolean = () => true,
) {
  const forms = {
    runs: new AhoCorasick(),
    phrases: new AhoCorasick(),
    vocabulary: new PairMap(),
    beginnings: new Uint8Array(0x80),
  };
  const begins = (symbol: number, as: number): void => {
    if (symbol < 0x80) forms.beginnings[symbol] = (forms.beginnings[symbol] ?? 0) | as;
  };
  for (const [n, run] of runs.entries()) {
    begins(run.charCodeAt(0), BEGINS_RUN);
    forms.runs.add(codes(run), n);
  }
  const numberOf = (word: string): number => {
    if (word === '@') return AT_WORD;
    begins(word.charCodeAt(0), BEGINS_WORD);
    const first = codes(word).reduce(nextFirst, FIRST_SEED);
    const second = codes(word).reduce(nextSecond, SECOND_SEED);
    if (forms.vocabulary.get(first, second) === 0)
      forms.vocabulary.set(first, second, AT_WORD + 1 + forms.vocabulary.size);
    return forms.vocabulary.get(first, second);
  };
  for (const [n, phrase] of phrases.entries()) forms.phrases.add(phrase.split(' ').map(numberOf), 100 + n);
  for (const automaton of [forms.runs, forms.phrases]) runAtOnce(automaton.linking());
  const found: string[] = [];
  const scan = new EgressScan(text, forms, (_, start, end) => {
    const part = text.slice(start, end);
    if (!accepts(part)) return false;
    found.push(part);
    return true;
  });
  const isAmbiguous = runAtOnce(scan.run(reading));
  return { found, isAmbiguous };
}

describe('EgressScan', () => {
  test.each([
    ['2125550187', ['2125550187']],
    ['(212) 555-0187', ['212) 555-0187']],
    ['212---5550187', ['212---5550187']],
    ['212----5550187', []],
    ['212,5550187', []],
    ['212"5550187', []],
    ['x2125550187', []],
    ['2125550187x', []],
    ['212 212 555 0187', ['212 555 0187']],
    ['2125550187 2125550187', ['2125550187', '2125550187']],
  ])('finds a run whose groups are apart by at most three marks: %s', (text, found) => {
    expect(scanned(text, { runs: ['2125550187'] }).found).toEqual(found);
  });

  test.each([
    ['maria de quux', ['maria de quux']],
    ['Maria, "De"', []],
    ['MARIA\n\n;de: quux', ['MARIA\n\n;de: quux']],
    ['maria,,,de quux', ['maria,,,de quux']],
    ['maria,,,,de quux', []],
    ['maria de quuxes', []],
    ['maria x de quux', []],
    ['maria{de quux', []],
    ['maria maria de quux', ['maria de quux']],
  ])('finds a phrase whose words are apart by at most three marks: %s', (text, found) => {
    expect(scanned(text, { phrases: ['maria de quux'] }).found).toEqual(found);
  });

  test('reports the longest form that counts at each end, and a shorter one where it does not', () => {
    const forms = { runs: ['5550187', '2125550187'], phrases: ['quux', 'de quux'] };
    expect(scanned('212-555-0187 de quux', forms).found).toEqual(['212-555-0187', 'de quux']);
    const shorter = scanned('212-555-0187 de quux', forms, 'nested', (text) => text.length < 10 && !text.includes(' '));
    expect(shorter.found).toEqual(['555-0187', 'quux']);
  });

  test.each([
    ['zq%40b', 'zq @ b', true],
    ['maria%20quux', 'maria quux', true],
    ['maria%20%20%20%20%20quux', 'maria quux', true],
    ['n=%C3%A9clair', 'eclair', true],
    ['zq&#64;b', 'zq @ b', true],
    ['maria&nbsp;quux', 'maria quux', true],
    ['maria\\u0026nbsp;quux', 'maria quux', true],
    ['maria\\\\u0026amp;nbsp;quux', 'maria quux', true],
    ['maria%2520quux', 'maria quux', true],
    ['&eacute;clair', 'eclair', true],
    ['q\\u0075ux', 'quux', false],
    ['maria\\nquux', 'maria quux', false],
    ['maria\\\\nquux', 'maria quux', true],
    ['maria \\ud835\\udc5euux', 'maria quux', false],
  ])('reads the coded characters of %s, and says whether they may be none', (text, phrase, isAmbiguous) => {
    expect(scanned(text, { phrases: [phrase] })).toEqual({ found: [expect.any(String)], isAmbiguous });
  });

  test('reads a % and a doubled backslash as themselves in the plain reading', () => {
    expect(scanned('5%4155550142', { runs: ['4155550142'] }, 'plain').found).toEqual(['4155550142']);
    expect(scanned('5%4155550142', { runs: ['4155550142'] }, 'nested')).toEqual({ found: [], isAmbiguous: true });
    expect(scanned('c:\\\\nora', { phrases: ['nora'] }, 'plain').found).toEqual(['nora']);
  });

  const TOKEN = `MSKV1.NAME.K_X.${'A'.repeat(26)}`;

  test.each([
    ['letters right behind a token', `${TOKEN}QUUX`, ['QUUX']],
    ['letters right behind the name of a tool', `ask_${TOKEN.replaceAll('.', '_')}quux`, ['quux']],
    ['a word of the kid', TOKEN.replace('K_X', 'QUUX'), []],
    ['the value', TOKEN.replace('A'.repeat(26), 'QUUX'.repeat(6) + 'AA'), []],
    ['the value of a token that carries it', `MSK1.NAME.K_X.QUUX${'A'.repeat(300)}`, []],
    ['what only begins like a token', `MSKV1.NAME.K_X.${'A'.repeat(25)} QUUX MSKV1.QUUX`, ['QUUX', 'QUUX']],
  ])('reads tokens as no text: %s', (_, text, found) => {
    expect(scanned(text, { phrases: ['quux'] }).found).toEqual(found);
  });

  test('lets no value go on from before a token to behind it', () => {
    expect(scanned(`212 555 ${TOKEN} 0187`, { runs: ['2125550187'] }).found).toEqual([]);
    expect(scanned(`maria ${TOKEN} quux`, { phrases: ['maria quux'] }).found).toEqual([]);
  });

  test.each([32_767, 32_768, 65_535])('finds what stands at %d, where a piece of the scan ends', (at) => {
    for (const value of ['212-555-0187', 'maria quux']) {
      const text = `${' '.repeat(at - 5)}${value}!`;
      expect(scanned(text, { runs: ['2125550187'], phrases: ['maria quux'] }).found).toEqual([value]);
    }
    const coded = `${' '.repeat(at - 7)}maria%20quux`;
    expect(scanned(coded, { phrases: ['maria quux'] }).found).toEqual(['maria%20quux']);
  });

  test('remembers where a run of 64 symbols with marks between all of them begins', () => {
    const run = '1234567890'.repeat(7).slice(0, 64);
    const text = Array.from(run).join(' - ');
    expect(scanned(`9 ${text}.`, { runs: [run] }).found).toEqual([text]);
  });
});
