/** Restores a long text piece by piece, which comes to the same as at once: a lane is independent of how its text is cut. */
import { afterLongStep, type Stepped } from '../../platform/steps.ts';
import type { Destination } from './destination.ts';
import type { TextLane } from './text-lane.ts';

/** UTF-16 units that are restored before the work may be interrupted. */
const PIECE = 8192;

/** Does what `TextLane.push` does. Of a long text it returns the work, which is to be done before the lane is used again. */
export function pushing(lane: TextLane, text: string, destination: Destination, final: boolean): Stepped<string> {
  return text.length <= PIECE ? lane.push(text, destination, final) : pushingPieces(lane, text, destination, final);
}

function* pushingPieces(
  lane: TextLane,
  text: string,
  destination: Destination,
  final: boolean,
): Generator<undefined, string> {
  const parts: string[] = [];
  let at = 0;
  for (; at + PIECE < text.length; at += PIECE) {
    parts.push(lane.push(text.slice(at, at + PIECE), destination, false));
    yield* afterLongStep();
  }
  parts.push(lane.push(text.slice(at), destination, final));
  yield* afterLongStep();
  return parts.join('');
}
