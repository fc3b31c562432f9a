/**
 * Turns a request into the bytes that may leave: masked until nothing new is learned, by all passes there are. A usual turn
 * is masked at once. Where that would hold up the loop, the loop has its turn in between, and what takes long is searched in
 * threads.
 */
import { Buffer } from 'node:buffer';
import type { DetectionRules, Span } from '../../detection/span.ts';
import { HISTORY_END, visiting } from '../request/text-slot.ts';
import type { LlmMemory, LlmDetection } from './llm-detection.ts';
import type { TextSearcher } from './long-texts/search-pool.ts';
import { runInStretches, Stretch } from '../../platform/stretch.ts';
import type { RequestHead } from './request-head.ts';
import { RequestMeasure } from './request-measure.ts';
import { MASKING_PASSES } from './turn-masking.ts';
import type { TurnMasking } from './turn-masking.ts';
import type { MaskableRequest, Prepared } from './maskable-request.ts';
import { MUCH_TEXT, type Masking } from './text-masking.ts';

/** What long texts are masked with. */
export interface LongTexts {
  readonly searcher: TextSearcher;
  /** The most text that one request may have, in UTF-16 units. */
  readonly maxTextLength: number;
}

/** The masking of one turn. */
export interface Preparing extends LongTexts {
  readonly masking: TurnMasking;
  readonly rules: DetectionRules;
  /** What the request begins with and is not masked again; absent for nothing. */
  readonly head?: RequestHead | null;
}

/**
 * The masked request. The built-in detection runs while the LLM detector reads, and what that finds is added. Throws
 * Failure `payload_too_large` for more text than is searched, and `detection_unavailable`.
 */
export async function prepareRead<P>(
  preparing: Preparing,
  request: MaskableRequest<P>,
  llm: LlmDetection | null,
  memory: LlmMemory,
): Promise<Prepared<P>> {
  await llm?.begin(request, memory);
  const prepared = await prepare(preparing, request);
  if (llm === null) return prepared;
  await llm.finish();
  if (!prepared.ok || llm.found.size === 0) return prepared;
  preparing.masking.addFindings(llm.found);
  return prepare(preparing, request);
}

/** Masks until a pass learns nothing new: a value found in the last text may stand in the first one too. Throws like `prepareRead`. */
export async function prepare<P>(preparing: Preparing, request: MaskableRequest<P>): Promise<Prepared<P>> {
  const { searcher, rules } = preparing;
  const work = passes(preparing, request);
  const stretch = new Stretch();
  let isMeasured = false;
  for (let found: readonly Span[] = []; ;) {
    const step = work.next(found);
    if (step.done === true) return step.value;
    if (step.value === undefined) {
      const pause = stretch.pauseOften();
      if (pause !== undefined) await pause;
      continue;
    }
    // A request with too much text is refused before it takes a node more time than a usual turn.
    if (!isMeasured) await runInStretches(measuring(preparing, request));
    isMeasured = true;
    if (step.value === MUCH_TEXT) continue;
    found = await searcher.search(step.value, rules);
    stretch.begin();
  }
}

function* passes<P>(preparing: Preparing, request: MaskableRequest<P>): Masking<Prepared<P>> {
  const { masking } = preparing;
  let known = masking.knownCount;
  masking.beginPass();
  let prepared = yield* onePass(preparing, request);
  for (let pass = 2; prepared.ok && masking.knownCount > known && pass <= MASKING_PASSES; pass += 1) {
    known = masking.knownCount;
    // Mostly what was learned stands nowhere else: then there is nothing to make anew.
    if (!(yield* masking.repeating())) prepared = yield* onePass(preparing, request);
  }
  // The last pass may have learned something that the texts before it were not searched for.
  return prepared.ok && masking.knownCount > known ? { ...prepared, historyEnd: null } : prepared;
}

/**
 * The same of a request that begins with `head`: what stands behind it is masked, and the bytes of both are joined. Null
 * where the head would be masked otherwise now: then the request must be masked whole, from its beginning.
 */
export async function prepareBehind<P>(
  preparing: Preparing,
  request: MaskableRequest<P>,
  head: RequestHead,
): Promise<Prepared<P> | null> {
  const prepared = await prepare({ ...preparing, head }, request);
  if (!prepared.ok) return prepared;
  if (!(await runInStretches(preparing.masking.standingHead()))) return null;
  const { body, historyEnd = null, binaryParts } = prepared;
  return {
    ok: true,
    body: Buffer.concat([head.masked, body]),
    historyEnd: historyEnd === null ? null : head.masked.length + historyEnd,
    binaryParts: head.binaryParts + binaryParts,
  };
}

/** Masks each text that a walk over the request gives out. */
function* onePass<P>(preparing: Preparing, request: MaskableRequest<P>): Masking<Prepared<P>> {
  const { masking, head = null } = preparing;
  const walk = request.walking({ skipped: head?.items ?? 0 });
  const measure = measureOf(preparing);
  for (let masked = ''; ;) {
    const step = walk.next(masked);
    if (step.done === true) return step.value;
    const slot = step.value;
    if (slot === undefined) yield;
    else if (slot === HISTORY_END) masking.endHistory();
    else {
      measure.add(slot);
      masked = yield* masking.mask(slot);
    }
  }
}

/** Adds up the text of a request. Yields wherever it may be interrupted. */
function* measuring<P>(preparing: Preparing, request: MaskableRequest<P>): Generator<undefined, void> {
  const measure = measureOf(preparing);
  yield* visiting(request.walking({ skipped: preparing.head?.items ?? 0 }), (slot) => {
    measure.add(slot);
  });
}

function measureOf({ maxTextLength, head = null }: Preparing): RequestMeasure {
  return new RequestMeasure(maxTextLength, head);
}
