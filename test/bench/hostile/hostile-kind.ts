/** What is sent to hold the event loop. */
import type { Answering } from './hostile-answers.ts';

/** Where a body is sent. */
export const DOORS = ['chat', 'responses', 'retell', 'vapi', 'bolna', 'detect', 'mask', 'policy', 'graphql'] as const;
export type Door = (typeof DOORS)[number];

export interface HostileKind {
  readonly name: string;
  /** Absent for chat completions. */
  readonly door?: Door;
  /** Whether it is sent also with as many bytes as a body may have: a request of more text is refused before. */
  readonly isWide?: true;
  /** A body of about `size` bytes. */
  readonly body: (size: number) => string;
  /** What the same call says first, so that its values are known. */
  readonly before?: (size: number) => string;
  /** How the model answers, up to about `size` bytes; absent for a few words. */
  readonly answer?: Answering;
}
