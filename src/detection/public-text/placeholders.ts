import type { Word } from '../words.ts';

const TITLES: ReadonlySet<string> = new Set(
  'doctor dr mister mr mrs ms miss nurse professor patient doctors'.split(' '),
);
const MOST_LETTERS = 3;

/** "Doctor X", "Dr. X Y Z", "Mister A": letters that stand for a name which a record leaves out. With or without the title. */
export function isPlaceholder(words: readonly Word[], first: number, last: number): boolean {
  const from = TITLES.has(words[first]?.lower ?? '') ? first + 1 : first;
  const letters = words.slice(from, last + 1).filter(({ type }) => type === 'letters');
  if (letters.length === 0 || letters.length > MOST_LETTERS) return false;
  const said = letters.map(({ lower }) => lower).join(' ');
  if (!/^(?:x|y|z|x y|x y z|x x x|a b c)$/.test(said)) return false;
  if (from > first) return true;
  const before = words[from - 1]?.text === '.' ? words[from - 2] : words[from - 1];
  const isSecond = before?.lower === 'and' && letters.length === 1;
  return TITLES.has(before?.lower ?? '') || (isSecond && /^[xyz]$/.test(words[from - 2]?.lower ?? ''));
}
