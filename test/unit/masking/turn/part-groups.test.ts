/** Parts of a message that are read in groups, held against the reading of each part with its own neighbours. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { detect } from '../../../../src/detection/detection.ts';
import { DEFAULT_RULES } from '../../../../src/detection/rules.ts';
import type { DetectionRules, Span } from '../../../../src/detection/span.ts';
import { after, before, neighbours } from '../../../../src/masking/request/text-neighbours.ts';
import { findBeside } from '../../../../src/masking/turn/cut-texts.ts';
import { BesideSearch } from '../../../../src/masking/turn/part-groups.ts';
import { inOneStep, runAtOnce } from '../../../../src/platform/steps.ts';

const BY_RULE: DetectionRules = { ...DEFAULT_RULES, passes: ['regex', 'known'] };
/** Most characters that are searched for one of a message: once alone, and in two readings with what is around a group. */
const MOST = 12;

type Find = (text: string) => readonly Span[];
type ByPart = readonly (readonly Span[])[];

const recent = new Map<string, readonly Span[]>();
const find: Find = (text) => {
  const found = recent.get(text) ?? detect(text, BY_RULE);
  recent.set(text, found);
  return found;
};

function inGroups(parts: readonly string[], search: Find): ByPart {
  const beside = runAtOnce(neighbours(parts, '', false));
  const groups = new BesideSearch();
  return parts.map((part, index) => {
    const near = beside.get(`/${index}`, part) ?? { before: '', after: '' };
    const group = near.group === undefined ? null : JSON.stringify([near.before, near.after, ...near.group.parts]);
    return runAtOnce(groups.identifiers({ beside: near, group }, part, (text) => inOneStep(() => search(text))));
  });
}

function oneByOne(parts: readonly string[], search: Find): ByPart {
  const texts = parts.map((text) => ({ text }));
  return parts.map((part, at) =>
    runAtOnce(
      findBeside(part, { before: before(texts, at), after: after(texts, at) }, (text) => inOneStep(() => search(text))),
    ),
  );
}

/** For each character of the parts whether it is found, in the part alone or with what is beside it. */
function covered(parts: readonly string[], beside: ByPart): boolean[] {
  return parts.flatMap((part, at) => {
    const spans = [...find(part), ...(beside[at] ?? [])];
    return Array.from({ length: part.length }, (_, n) => spans.some(({ start, end }) => start <= n && n < end));
  });
}

/** Sentences with their values in braces. */
const SAID = [
  'My name is {Aurelia Kowalczyk} and my number is {415-555-0132}.',
  'I was born on {04/17/1951} and my ssn is {219-09-9999}, okay?',
  'You can mail me at {aurelia.k@clinic.example} or call ({415}) {555-0132}',
  'My member id is {W4419AB} and I live at {12 Oak Street}, Springfield',
  'the number is {four one five five five five oh one three two}',
];

describe.each(SAID)('parts of "%s"', (marked) => {
  const text = marked.replace(/[{}]/g, '');
  const values = [...marked.matchAll(/\{(.*?)\}/g)].map(({ 1: value = '' }) => {
    const start = text.indexOf(value);
    return { start, end: start + value.length };
  });
  const isOfValue = (n: number): boolean =>
    /[\p{L}\p{N}]/u.test(text.charAt(n)) && values.some(({ start, end }) => start <= n && n < end);

  test('in two show all that each shows with its own neighbour', () => {
    for (let cut = 1; cut < text.length; cut += 1) {
      const parts = [text.slice(0, cut), text.slice(cut)];
      expect(inGroups(parts, find), parts.join('|')).toEqual(oneByOne(parts, find));
    }
  });

  test('in three show each character of a value that each shows with its own neighbours', () => {
    for (let first = 1; first < text.length; first += 2) {
      for (let second = first + 1; second < text.length; second += 3) {
        const parts = [text.slice(0, first), text.slice(first, second), text.slice(second)];
        const now = covered(parts, inGroups(parts, find));
        const missed = covered(parts, oneByOne(parts, find)).flatMap((is, n) =>
          is && now[n] !== true && isOfValue(n) ? [text.charAt(n)] : [],
        );
        expect(missed, parts.join('|')).toEqual([]);
      }
    }
  });
});

test('a value that is cut into single characters is found in each of them', () => {
  const parts = Array.from('my ssn is 219-09-9999');
  const found = covered(parts, inGroups(parts, find));
  expect(parts.filter((_, at) => found[at]).join('')).toContain('219-09-9999');
});

test('a value that begins in one group is found in the next one', () => {
  const said = Array.from({ length: 190 }, (_, n) => (n % 2 === 0 ? ' ok' : ' so'));
  const parts = [...said.slice(0, 131), ' my', ' ssn', ' is', ' 219', '-09', '-9999', ...said];
  const found = covered(parts, inGroups(parts, find));
  const text = parts.join('');
  expect(
    Array.from(text)
      .filter((_, at) => found[at])
      .join(''),
  ).toBe('219-09-9999');
});

describe('the characters that are searched', () => {
  const searched = (parts: readonly string[], by: typeof inGroups): number => {
    let count = 0;
    by(parts, (text) => {
      count += text.length;
      return [];
    });
    return count;
  };

  test('are a fixed number for each of a message, however it is cut', () => {
    const lengths = fc.array(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 250 })), {
      minLength: 2,
      maxLength: 300,
    });
    fc.assert(
      fc.property(lengths, (sizes) => {
        const parts = sizes.map((size, n) => (n % 2 === 0 ? 'a' : '1').repeat(size));
        const total = parts.join('').length;
        expect(searched(parts, inGroups)).toBeLessThanOrEqual(MOST * total);
      }),
    );
  });

  test('are twice as many in twice as many parts', () => {
    const of = (count: number): number =>
      searched(
        Array.from({ length: count }, (_, n) => ` ${n % 10}`),
        inGroups,
      );
    expect(of(20_000) / of(10_000)).toBeLessThanOrEqual(2.1);
    expect(of(20_000)).toBeLessThanOrEqual(MOST * 40_000);
  });
});

describe('a group that is searched for known values', () => {
  const parts = ['call 415-', '555-0132', ' now'];
  const near = { before: '', after: '' };
  const searches = (search: BesideSearch, since: number, known: number): string[] => {
    const asked: string[] = [];
    parts.forEach((part, index) => {
      const placed = { beside: { ...near, group: { parts, index } }, group: 'name' };
      // Each part teaches a value more.
      const upTo = search.knownFor(placed, known + index);
      const find = (text: string, from: number) =>
        inOneStep(() => {
          asked.push(`${from} ${text}`);
          return [];
        });
      runAtOnce(search.known(placed, part, { since, upTo }, find));
    });
    return asked;
  };

  test('is searched once in a pass, for the values that were known before its first part', () => {
    const search = new BesideSearch();
    expect(searches(search, 0, 5)).toEqual(['0 call 415-555-0132 now', '0 call 415- 555-0132 now']);
    expect(searches(search, 0, 6)).toEqual([]);
    search.beginPass();
    expect(searches(search, 5, 8)).toEqual(['5 call 415-555-0132 now', '5 call 415- 555-0132 now']);
    search.beginPass();
    expect(searches(search, 8, 8)).toEqual([]);
  });

  test('is searched again for a part that was searched for fewer values than the others', () => {
    const search = new BesideSearch();
    expect(searches(search, 5, 5)).toEqual([]);
    expect(searches(search, 4, 5)).toHaveLength(2);
    expect(searches(search, 0, 5)).toHaveLength(2);
  });
});
