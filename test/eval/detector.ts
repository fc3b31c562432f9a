/** What the evaluation asks of a detector, ours or another's. */
import type { Row } from './annotated-set.ts';
import type { Prediction } from './tally.ts';

/** Detection in one text, or in the next turn of one conversation. */
export type DetectRow = (row: Row) => readonly Prediction[] | Promise<readonly Prediction[]>;

export interface Detector {
  readonly name: string;
  readonly version: string;
  /** Of its model; null for a detector without one. */
  readonly model: string | null;
  /** Each text by itself. */
  readonly detectRow: DetectRow;
  /** Begins a conversation whose turns are then given in order; null for a detector that knows no conversations. */
  readonly startCall: (() => DetectRow) | null;
}
