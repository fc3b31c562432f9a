/**
 * Turns a request into the bytes that may leave: masked until nothing new is learned, by all passes there are. A usual turn
 * is masked at once. Where that would hold up the loop, its texts are read ahead: what takes long is searched elsewhere, and
 * the loop has its turn between two texts.
 */
import { Buffer } from 'node:buffer';
import { valueOf, type DetectionRules } from '../../detection/span.ts';
import type { MaskText, TextNeighbours, TextPosition } from '../request/chat-request.ts';
import { elapsedUs } from '../../platform/elapsed-us.ts';
import { Failure } from '../../platform/failure.ts';
import type { GemmaMemory, GemmaReading } from './gemma-reading.ts';
import type { TextSearcher } from './long-texts/search-pool.ts';
import { runInStretches, Stretch } from '../../platform/stretch.ts';
import type { RequestHead } from './request-head.ts';
import { MASKING_PASSES } from './turn-masking.ts';
import type { TurnMasking } from './turn-masking.ts';
import type { HistoryWalk } from '../request/history.ts';
import type { MaskableRequest, Prepared } from './maskable-request.ts';

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

/** Reading ahead is repeated where masked keys tell something new of the texts below them; more often nothing tells anything. */
const READINGS = 8;

/**
 * The masked request. The built-in detection runs while the Gemma server reads, and what that finds is added. Throws
 * Failure `payload_too_large` for more text than is searched, and `detection_unavailable`.
 */
export async function prepareRead<P>(
  preparing: Preparing,
  request: MaskableRequest<P>,
  gemma: GemmaReading | null,
  memory: GemmaMemory,
): Promise<Prepared<P>> {
  await gemma?.begin(request, memory);
  const prepared = await prepare(preparing, request);
  if (gemma === null) return prepared;
  await gemma.finish();
  if (!prepared.ok || gemma.found.size === 0) return prepared;
  preparing.masking.addFindings(gemma.found);
  return prepare(preparing, request);
}

/** Masks until a pass learns nothing new: a value found in the last text may stand in the first one too. Throws like `prepareRead`. */
export async function prepare<P>(preparing: Preparing, request: MaskableRequest<P>): Promise<Prepared<P>> {
  const { masking } = preparing;
  let known = masking.knownCount;
  masking.beginPass();
  let prepared = await onePass(preparing, request);
  for (let pass = 2; prepared.ok && masking.knownCount > known && pass <= MASKING_PASSES; pass += 1) {
    known = masking.knownCount;
    // Mostly what was learned stands nowhere else: then there is nothing to make anew.
    if (!(await runInStretches(masking.repeating()))) prepared = await onePass(preparing, request);
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

async function onePass<P>(preparing: Preparing, request: MaskableRequest<P>): Promise<Prepared<P>> {
  const { masking, maxTextLength, head = null } = preparing;
  const skipped = head?.items ?? 0;
  const run = (mask: MaskText, onEnd: HistoryWalk['onEnd']): Promise<Prepared<P>> =>
    runInStretches(request.preparing(counted(mask, head?.textLength ?? 0, maxTextLength), { skipped, onEnd }));
  let prepared = await run(masking.mask, masking.endHistory);
  for (let reading = 0; masking.isWaiting; reading += 1) {
    if (reading === READINGS)
      throw new Failure(
        'detection_unavailable',
        'The masked keys of the request change what stands below them. Nothing was sent.',
      );
    await readAhead(preparing, (mask) => run(mask, () => undefined));
    masking.beginWalk();
    prepared = await run(masking.mask, masking.endHistory);
  }
  return prepared;
}

/** Refuses a request with more text than is searched for one: it would keep a node busy for minutes. */
function counted(mask: MaskText, before: number, most: number): MaskText {
  let length = before;
  return (text, position, beside) => {
    length += text.length;
    if (length > most)
      throw new Failure(
        'payload_too_large',
        `The request has over ${most} characters of text (MASKER_MAX_TEXT_CHARS).`,
      );
    return mask(text, position, beside);
  };
}

interface AskedText {
  readonly text: string;
  readonly position: TextPosition;
  readonly beside: TextNeighbours | undefined;
}

/** Masks the texts of a request one by one, so that the next walk over it finds them all masked. */
async function readAhead(
  { masking, searcher, rules }: Preparing,
  run: (mask: MaskText) => Promise<unknown>,
): Promise<void> {
  const texts: AskedText[] = [];
  await run((text, position, beside) => {
    texts.push({ text, position, beside });
    // Keys that are masked already, for they tell what stands below them.
    return masking.recall(text, position, beside) ?? text;
  });
  masking.beginWalk(true);
  const stretch = new Stretch();
  for (const { text, position, beside } of texts) {
    masking.mask(text, position, beside);
    while (masking.isWaiting) {
      const making = masking.takeSearch();
      if (making === null) {
        await stretch.rest();
      } else {
        const search = await runInStretches(making());
        const asked = performance.now();
        const spans = await searcher.search(search, rules);
        masking.supply(search, spans, elapsedUs(asked));
        stretch.begin();
        for (const span of spans) {
          masking.issueAhead(span.kind, valueOf(search.text, span));
          await stretch.pause();
        }
      }
      masking.mask(text, position, beside);
    }
    await stretch.pause();
  }
}
