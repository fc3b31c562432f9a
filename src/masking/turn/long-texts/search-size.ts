/** Into what a long text is cut to be searched, and how long a thread may take for one piece. */
import type { Cutting } from './segments.ts';
import type { ProseTask, SearchTask, TextSearch } from './text-search.ts';

/** Some 20 ms of work. */
const IDENTIFIERS: Cutting = { size: 8192, overlap: 512 };
const KNOWN_SIZE = 32_768;
/** Values that take as long to read as a segment takes to be searched. */
const MANY_VALUES = 2000;
/** Values that take longer to read than the longest text takes to be searched: some seconds. */
const MOST_VALUES = 20_000;
/** A known value may be written with marks between its letters. */
const SPREAD = 3;
/** A value that is longer has the text searched as a whole. */
const LONGEST_VALUE = 8192;
/** Values that a thread reads in a second, on a machine that is ten times too busy. */
const VALUES_A_SECOND = 1000;

/** Returns how a text is cut for a search. Each segment is searched for all values, which are read for it anew. */
export function cuttingFor(search: TextSearch): Cutting {
  if (search.for !== 'known') return IDENTIFIERS;
  const { lengths } = search.values;
  const longest = lengths.reduce((most, length) => Math.max(most, length), 0);
  if (longest > LONGEST_VALUE || lengths.length > MOST_VALUES) return { size: search.text.length, overlap: 0 };
  const size = lengths.length > MANY_VALUES ? Math.max(KNOWN_SIZE, Math.ceil(search.text.length / 4)) : KNOWN_SIZE;
  return { size, overlap: SPREAD * longest + IDENTIFIERS.overlap };
}

/** Returns how long a piece of work may take, in milliseconds: `usual`, and the time that its values take to be read. */
export function patienceMs(search: (SearchTask | ProseTask)['search'], usual: number): number {
  return search.for === 'known' ? usual + (search.values.lengths.length / VALUES_A_SECOND) * 1000 : usual;
}
