/** Turns a request into the bytes that may leave: masked until nothing new is learned, by all passes there are. */
import type { GemmaMemory, GemmaReading } from './gemma-reading.ts';
import { MASKING_PASSES } from './turn-masking.ts';
import type { TurnMasking } from './turn-masking.ts';
import type { Prepared, TurnRequest } from './turn.ts';

/** The masked request. The built-in detection runs while the Gemma server reads, and what that finds is added. */
export async function prepareRead<P>(
  masking: TurnMasking,
  request: TurnRequest<P>,
  gemma: GemmaReading | null,
  memory: GemmaMemory,
): Promise<Prepared<P>> {
  gemma?.begin(request, memory);
  const prepared = prepare(masking, request);
  if (gemma === null) return prepared;
  await gemma.finish();
  if (!prepared.ok || gemma.found.size === 0) return prepared;
  masking.addFindings(gemma.found);
  return prepare(masking, request);
}

/** Masks until a pass learns nothing new: a value found in the last text may stand in the first one too. */
function prepare<P>(masking: TurnMasking, { prepare: run }: TurnRequest<P>): Prepared<P> {
  let known = masking.knownCount;
  masking.beginPass();
  let prepared = run(masking.mask);
  for (let pass = 1; prepared.ok && masking.knownCount > known && pass < MASKING_PASSES; pass += 1) {
    known = masking.knownCount;
    masking.beginPass();
    prepared = run(masking.mask);
  }
  return prepared;
}
