/** What a thread of the search pool runs. */
import type { Span } from '../../detection/span.ts';
import { runSearch } from './text-search.ts';
import type { SearchTask } from './text-search.ts';

/** The spans, or null where the search threw: an error would carry what it choked on across, into whatever logs it. */
export default function search(task: SearchTask): readonly Span[] | null {
  try {
    return runSearch(task);
  } catch {
    return null;
  }
}
