/** What a thread of the search pool runs. */
import { packSpans, type PackedSpans } from './packed-spans.ts';
import { runProse, runSearch } from './text-search.ts';
import type { DocumentProse, ProseTask, SearchTask } from './text-search.ts';

/** What was found, or null where the search threw: an error would carry what it choked on across, into whatever logs it. */
export default function search(task: SearchTask | ProseTask): PackedSpans | DocumentProse | null {
  try {
    return task.search.for === 'documents'
      ? runProse(task.search.text)
      : packSpans(runSearch({ ...task, search: task.search }));
  } catch {
    return null;
  }
}
