/** The search pool with its real threads: they are slow to start from the sources, so each test says much. */
import { afterAll, describe, expect, test } from 'vitest';
import { detect } from '../../../../../src/detection/detection.ts';
import { KnownValues } from '../../../../../src/detection/known.ts';
import { DEFAULT_RULES } from '../../../../../src/detection/rules.ts';
import type { DetectionRules, Span } from '../../../../../src/detection/span.ts';
import { Failure } from '../../../../../src/platform/failure.ts';
import { runAtOnce } from '../../../../../src/platform/stretch.ts';
import { packing } from '../../../../../src/masking/turn/long-texts/packed-values.ts';
import { SearchPool } from '../../../../../src/masking/turn/long-texts/search-pool.ts';
import type { SearchPoolOptions } from '../../../../../src/masking/turn/long-texts/search-pool.ts';
import type { NamedValue } from '../../../../../src/masking/turn/long-texts/text-search.ts';

const pools: SearchPool[] = [];
afterAll(async () => {
  for (const pool of pools) await pool.close();
});

function pool(options: SearchPoolOptions = {}): SearchPool {
  const made = new SearchPool({ threads: 1, timeoutMs: 60_000, ...options });
  pools.push(made);
  return made;
}

const FILLER = 'The appointment was moved to the afternoon, and the results are going to be discussed then. ';
const shared = pool({ threads: 2 });
const names = (text: string, spans: readonly Span[]): string[] =>
  spans.map(({ start, end, kind }) => `${kind} ${text.slice(start, end)}`);
const identifiers = (
  text: string,
  rules: DetectionRules = DEFAULT_RULES,
  by: SearchPool = shared,
): Promise<readonly Span[]> => by.search({ for: 'identifiers', text }, rules);
const codeOf = async (search: Promise<unknown>): Promise<string> =>
  search.then(
    () => 'found',
    (error: unknown) => (error instanceof Failure ? error.code : String(error)),
  );

describe('a search in a thread', () => {
  test('finds what a search on the loop does, also in a text of many segments', async () => {
    const short = `this is Maria Gonzalez, 415-555-0142, and ${FILLER}`;
    expect(await identifiers(short)).toEqual(detect(short, DEFAULT_RULES));
    const long = Array.from(
      { length: 40 },
      (_, n) => `${FILLER.repeat(10)}Call 415-555-${1000 + n}, MRN ${48_200_000 + n}. `,
    ).join('');
    expect(long.length).toBeGreaterThan(32_768);
    const found = names(long, await identifiers(long));
    for (let n = 0; n < 40; n += 1)
      expect(found).toEqual(expect.arrayContaining([`PHONE 415-555-${1000 + n}`, `MRN ${48_200_000 + n}`]));
  });

  test('goes by the rules that come with it, patterns and allowed terms among them', async () => {
    const rules: DetectionRules = {
      ...DEFAULT_RULES,
      kinds: { ...DEFAULT_RULES.kinds, EMAIL: { ...DEFAULT_RULES.kinds.EMAIL, enabled: false } },
      patterns: [
        { name: 'ticket', kind: 'OTHER_ID', regex: 'TCK-\\d{4}', cues: [], within: 0, checksum: null, confidence: 0.9 },
      ],
      allow: ['800-555-0199'],
    };
    const text = `${FILLER}a@example.com, TCK-1234, 800-555-0199, 415-555-0142`;
    expect(names(text, await identifiers(text, rules))).toEqual(['OTHER_ID TCK-1234', 'PHONE 415-555-0142']);
    expect(names(text, await identifiers(text))).toContain('EMAIL a@example.com');
  });

  test('finds known values as a search on the loop does, wherever the text is cut', async () => {
    const values: NamedValue[] = [
      ['Zorblax Quimby', 'NAME'],
      ['415-555-0142', 'PHONE'],
    ];
    const known = new KnownValues();
    for (const [value, kind] of values) known.set(value, kind);
    const text = Array.from(
      { length: 300 },
      (_, n) => `${FILLER}${' '.repeat(n % 7)}${n % 2 ? 'zorblax quimby' : '(415) 555 0142'} said so. `,
    ).join('');
    const found = await shared.search(
      { for: 'known', text, since: 0, values: runAtOnce(packing([values], 0, values.length)) },
      DEFAULT_RULES,
    );
    expect(found).toEqual(known.find(text));
    expect(found).toHaveLength(300);
  });

  test('finds a known value that is longer than what two segments share', async () => {
    const value = Array.from({ length: 900 }, (_, n) => `part${n}`).join(' ');
    const text = `${FILLER.repeat(340)}${value} ${FILLER.repeat(400)}`;
    const known = new KnownValues();
    known.set(value, 'OTHER_ID');
    expect(
      await shared.search(
        { for: 'known', text, since: 0, values: runAtOnce(packing([[[value, 'OTHER_ID']]], 0, 1)) },
        DEFAULT_RULES,
      ),
    ).toEqual(known.find(text));
  });
});

describe('what cannot be searched fails, and nothing is taken for clean', () => {
  test('a search that takes too long', async () => {
    expect(await codeOf(identifiers(FILLER.repeat(100), DEFAULT_RULES, pool({ timeoutMs: 1 })))).toBe(
      'detection_unavailable',
    );
  });

  test('more searches than may wait; those that do wait are answered, and so is the next one', async () => {
    const small = pool({ queue: 2 });
    const codes = await Promise.all(
      Array.from({ length: 12 }, () => codeOf(identifiers(FILLER, DEFAULT_RULES, small))),
    );
    expect(new Set(codes)).toEqual(new Set(['found', 'detection_unavailable']));
    expect(await codeOf(identifiers(FILLER, DEFAULT_RULES, small))).toBe('found');
  });

  test('a detector that throws: an error of ours, which says nothing of the text', async () => {
    const broken = { ...DEFAULT_RULES, kinds: null } as unknown as DetectionRules;
    const search = identifiers(`${FILLER}call 415-555-0142`, broken);
    await expect(search).rejects.toThrow(/^the search of a long text failed$/);
    await expect(search).rejects.not.toBeInstanceOf(Failure);
  });

  test('a pool that is closed meanwhile', async () => {
    const closing = pool();
    const search = codeOf(identifiers(FILLER.repeat(400), DEFAULT_RULES, closing));
    await closing.close();
    expect(await search).toBe('detection_unavailable');
  });
});

test('a pool that nobody asked has no thread to end', async () => {
  await pool().close();
});
