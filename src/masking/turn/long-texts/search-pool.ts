/**
 * Searches long texts in threads of this process, so that the loop that carries everybody's streams goes on meanwhile.
 * Texts do not leave the process, and no thread keeps them. Fail closed: what cannot be searched is not sent.
 */
import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import type { DetectionRules, Span } from '../../../detection/span.ts';
import { Failure } from '../../../platform/failure.ts';
import { inStretches } from '../../../platform/stretch.ts';
import { packedCount, unpackSpans, type PackedSpans } from './packed-spans.ts';
import { cuttingFor, patienceMs } from './search-size.ts';
import { segmentsOf } from './segments.ts';
import type { DocumentProse, InSegments, ProseTask, SearchTask, TextSearch } from './text-search.ts';

/** Who searches texts that are too long for the loop. */
export interface TextSearcher {
  /**
   * Spans of the text, sorted and disjoint. Rejects with Failure `detection_unavailable` where there is too much to do,
   * or a thread dies or takes too long; with an Error where detection itself fails.
   */
  search(search: TextSearch, rules: DetectionRules): Promise<readonly Span[]>;
}

export interface SearchPoolOptions {
  /** Threads at most; default: one less than there are processors, from 1 to 4. */
  readonly threads?: number;
  /** Segments that may wait for a thread; default 512. */
  readonly queue?: number;
  /** How long a segment may take, waiting included, in milliseconds; default 20 s. Many known values have more, see `patienceMs`. */
  readonly timeoutMs?: number;
}

const MAX_THREADS = 4;
/** A thread without work ends after this, in milliseconds, but for one. */
const IDLE_MS = 60_000;

/** From the sources the thread needs what reads TypeScript; a build needs nothing. */
const WORKER = import.meta.url.endsWith('.ts')
  ? { filename: new URL('search-worker.ts', import.meta.url).href, execArgv: [...process.execArgv, '--import', 'tsx'] }
  : { filename: new URL('search-worker.js', import.meta.url).href };

export class SearchPool implements TextSearcher {
  readonly #threads: number;
  readonly #queue: number;
  readonly #timeoutMs: number;
  readonly #rules = new WeakMap<DetectionRules, string>();
  #pool: Piscina<SearchTask | ProseTask, PackedSpans | DocumentProse | null> | null = null;
  /** Segments that are searched or wait. */
  #underWay = 0;

  /** Starts no thread: the first search does. */
  constructor({ threads, queue = 512, timeoutMs = 20_000 }: SearchPoolOptions = {}) {
    this.#threads = threads ?? Math.min(MAX_THREADS, Math.max(1, availableParallelism() - 1));
    this.#queue = queue;
    this.#timeoutMs = timeoutMs;
  }

  async search(search: TextSearch, rules: DetectionRules): Promise<readonly Span[]> {
    const { text } = search;
    switch (search.for) {
      case 'known': {
        const known = await this.#inSegments(search, rules);
        return hasNone(known) ? [] : this.#spans({ for: 'fields', text, known }, rules);
      }
      case 'identifiers':
        return this.#identifiers(text, search.cue ?? '', rules);
      case 'prose':
        return this.#joined(text, await this.#inSegments(search, rules), rules);
    }
  }

  async #identifiers(text: string, cue: string, rules: DetectionRules): Promise<readonly Span[]> {
    // A document is read as a whole: the heads of a table are in its first segment only.
    const { prose, plain } = await this.#proseOf(text, rules);
    if (prose === null) {
      const cued = cue + text;
      return this.#joined(cued, await this.#inSegments({ for: 'identifiers', text: cued }, rules), rules);
    }
    const inProse = await this.#inSegments({ for: 'prose', text: prose }, rules);
    const inPlain =
      plain === null ? null : { text: plain, found: await this.#inSegments({ for: 'prose', text: plain }, rules) };
    const spans = await this.#spans({ for: 'document_spans', text, prose, inProse, inPlain }, rules);
    const by = cue.length;
    return by === 0 ? spans : inStretches(spans, (span) => ({ ...span, start: span.start + by, end: span.end + by }));
  }

  /** The spans of a text without documents. A thread puts many of them together. */
  async #joined(text: string, found: InSegments, rules: DetectionRules): Promise<readonly Span[]> {
    return hasNone(found) ? [] : this.#spans({ for: 'joined', text, found }, rules);
  }

  async #proseOf(text: string, rules: DetectionRules): Promise<DocumentProse> {
    const prose = await this.#run({ search: { for: 'documents', text }, rules: this.#textOf(rules) });
    if (!('prose' in prose)) throw new Error('a thread answered with spans');
    return prose;
  }

  async #spans(search: SearchTask['search'], rules: DetectionRules): Promise<readonly Span[]> {
    return inStretches(unpackSpans(await this.#packed(search, rules)), (span) => span);
  }

  async #packed(search: SearchTask['search'], rules: DetectionRules): Promise<PackedSpans> {
    const spans = await this.#run({ search, rules: this.#textOf(rules) });
    if ('prose' in spans) throw new Error('a thread answered with words');
    return spans;
  }

  async #inSegments(search: TextSearch, rules: DetectionRules): Promise<InSegments> {
    const { text } = search;
    const cutting = cuttingFor(search);
    const segments = segmentsOf(text, cutting);
    const found: PackedSpans[] = [];
    let next = 0;
    // As many at a time as there are threads: whoever comes later waits for one segment, not for the whole text.
    const lane = async (): Promise<void> => {
      for (let at = next++; at < segments.length; at = next++) {
        const { readFrom = 0, readTo = 0 } = segments[at] ?? {};
        try {
          found[at] = await this.#packed({ ...search, text: text.slice(readFrom, readTo) }, rules);
        } catch (error) {
          next = segments.length;
          throw error;
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(this.#threads, segments.length) }, lane));
    return { segments, found };
  }

  /** Segments that are searched or wait. */
  get underWay(): number {
    return this.#underWay;
  }

  /** Ends all threads; what they are at is lost. */
  async close(): Promise<void> {
    const pool = this.#pool;
    this.#pool = null;
    await pool?.destroy();
  }

  async #run(task: SearchTask | ProseTask): Promise<PackedSpans | DocumentProse> {
    // Piscina bounds its queue only for tasks that have no deadline.
    if (this.#underWay >= this.#threads + this.#queue)
      throw new Failure('detection_unavailable', 'Too many long texts wait to be searched. Nothing was sent.');
    this.#pool ??= this.#start();
    this.#underWay += 1;
    const found = await this.#pool
      .run(task, { signal: AbortSignal.timeout(patienceMs(task.search, this.#timeoutMs)) })
      .catch((cause: unknown) => {
        throw new Failure('detection_unavailable', 'A long text could not be searched in time. Nothing was sent.', [], {
          cause,
        });
      })
      .finally(() => {
        this.#underWay -= 1;
      });
    if (found === null) throw new Error('the search of a long text failed');
    return found;
  }

  #start(): Piscina<SearchTask | ProseTask, PackedSpans | DocumentProse | null> {
    const pool = new Piscina<SearchTask | ProseTask, PackedSpans | DocumentProse | null>({
      ...WORKER,
      // One that is ended over its deadline is replaced, for others may wait.
      minThreads: 1,
      maxThreads: this.#threads,
      idleTimeout: IDLE_MS,
      recordTiming: false,
    });
    // A thread that dies without work would end the process. One that dies at work fails its task.
    pool.on('error', () => undefined);
    return pool;
  }

  #textOf(rules: DetectionRules): string {
    const known = this.#rules.get(rules);
    if (known !== undefined) return known;
    const text = JSON.stringify(rules);
    this.#rules.set(rules, text);
    return text;
  }
}

const hasNone = ({ found }: InSegments): boolean => found.every((packed) => packedCount(packed) === 0);
