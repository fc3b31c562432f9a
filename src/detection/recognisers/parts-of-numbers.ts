/** Numbers that are said in parts: with a part that is taken back, or with what place each part has. */
import type { Reading } from '../reading.ts';
import type { Finding } from '../recogniser.ts';
import type { Code } from '../spoken/codes.ts';
import type { Word } from '../words.ts';

/** Digits of the shortest number that is an identifier without a cue. */
const LONG_NUMBER = 6;
const SHORTEST_PART = 2;
const MOST_BETWEEN = 8;

const set = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** What takes back a number, before another one. */
const TAKES_BACK: ReadonlySet<string> = set(
  'no not nope sorry wait oops actually scratch correction wrong instead rather',
);
const BETWEEN: ReadonlySet<string> = set(
  "i i'm im mean meant it it's 's its that that's is so uh um oh er the then and my me let start over again try make be should say read was at end okay ok well , . ? ! - ; : … mistake bad",
);

function partFinding({ words }: Reading, { first, last }: Code, recogniser: string): Finding {
  const [start, end] = [words[first]?.start ?? 0, words[last]?.end ?? 0];
  return { start, end, kind: 'OTHER_ID', confidence: 0.5, validated: false, recogniser, fallback: true };
}

/** What is between two codes: nothing but words around numbers, one of which may take the first of them back. */
function linkBetween(words: readonly Word[], from: number, to: number): { readonly takesBack: boolean } | null {
  if (to - from > MOST_BETWEEN) return null;
  let takesBack = false;
  for (let at = from; at < to; at++) {
    const lower = words[at]?.lower ?? '';
    if (TAKES_BACK.has(lower)) takesBack = true;
    else if (!BETWEEN.has(lower)) return null;
  }
  return { takesBack };
}

/** "it's four four, not four five, so five one three five five five ...": the parts that a long number was put right in. */
export function findTakenBack(reading: Reading): Finding[] {
  const { words, codes, claims } = reading;
  const findings: Finding[] = [];
  for (let at = 0; at < codes.length;) {
    const chain: Code[] = [];
    let takesBack = false;
    for (; at < codes.length; at++) {
      const [before, code] = [chain.at(-1), codes[at]];
      if (code === undefined || !mayBePart(code)) break;
      const link = before === undefined ? { takesBack: false } : linkBetween(words, before.last + 1, code.first);
      if (link === null) break;
      takesBack ||= link.takesBack;
      chain.push(code);
    }
    const isNumber = chain.some((code) => code.digits.length >= LONG_NUMBER || claims.has(code));
    if (takesBack && isNumber)
      for (const code of chain) findings.push(partFinding(reading, code, 'other_id.taken_back'));
    if (chain.length === 0) at++;
  }
  return findings;
}

function mayBePart({ digits, quantity, counts, spoken, letters }: Code): boolean {
  return digits.length >= SHORTEST_PART && !quantity && !counts && (spoken >= SHORTEST_PART || letters === 0);
}

const PLACES: ReadonlySet<string> = set('first middle next last final other second');
const COUNTS: ReadonlySet<string> = set(
  'two three four five six 2 3 4 5 6 digits numbers letters characters ones part bit group',
);
const LINKS: ReadonlySet<string> = set("is are 's was were : , uh um");
const EDGES: ReadonlySet<string> = set('starts begins starting beginning start begin ends ending end');

/** "first three are four one two, middle two six eight": parts with their places, if there are several. */
export function findPlaced(reading: Reading): Finding[] {
  const { words, codes } = reading;
  const placed = codes.flatMap((code, index) => (isPlaced(words, code) ? [{ code, next: codes[index + 1] }] : []));
  if (placed.length === 0) return [];
  const isGoingOn = placed.some(
    ({ code, next }) => (code.letters > 0 && code.digits.length > SHORTEST_PART) || goesOn(words, code, next),
  );
  const digits = placed.reduce((sum, { code }) => sum + code.digits.length, 0);
  if (!isGoingOn && (placed.length < 2 || digits < LONG_NUMBER - 1)) return [];
  return placed.map(({ code }) => partFinding(reading, code, 'other_id.placed'));
}

function isPlaced(words: readonly Word[], code: Code): boolean {
  if (code.quantity || code.counts || code.chars.length < SHORTEST_PART) return false;
  let at = code.first - 1;
  // "middle two six eight": the count is read as a digit of the number.
  if (PLACES.has(words[at]?.lower ?? ''))
    return COUNTS.has(words[code.first]?.lower ?? '') && code.chars.length > SHORTEST_PART;
  if (/^(?:with|in)$/.test(words[at]?.lower ?? '')) return EDGES.has(words[at - 1]?.lower ?? '');
  while (at > code.first - MOST_BETWEEN && LINKS.has(words[at]?.lower ?? '')) at--;
  if (!COUNTS.has(words[at]?.lower ?? '')) return false;
  while (at > code.first - MOST_BETWEEN && COUNTS.has(words[at]?.lower ?? '')) at--;
  return PLACES.has(words[at]?.lower ?? '');
}

/** Words before a number in which the number that it ends is named. */
const NAMED_REACH = 14;
const NAMES_NUMBER: ReadonlySet<string> = set('number numbers phone cell line same one mobile');

/** "the same as hers but 0139 at the end": the end of a number that is named before. */
export function findAtEnd(reading: Reading): Finding[] {
  const { words, codes } = reading;
  return codes.flatMap((code) => {
    const after = words.slice(code.last + 1, code.last + 4).map(({ lower }) => lower);
    if (after.join(' ') !== 'at the end' || code.quantity || code.digits.length < SHORTEST_PART) return [];
    const before = words.slice(Math.max(0, code.first - NAMED_REACH), code.first);
    return before.some(({ lower }) => NAMES_NUMBER.has(lower)) ? [partFinding(reading, code, 'other_id.placed')] : [];
  });
}

/** "starts with H Q and then nine zero zero four": more of the number follows at once. */
function goesOn(words: readonly Word[], code: Code, next: Code | undefined): boolean {
  if (next === undefined || next.quantity || next.digits.length < SHORTEST_PART + 1) return false;
  return linkBetween(words, code.last + 1, next.first) !== null;
}
