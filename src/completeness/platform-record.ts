/** A platform's own record of a call, as far as it is compared. */
import type { Speaker } from './spoken.ts';

/** A message of the record. `aside`: what no model is asked or says by its nature, such as prompts and tool results. */
export type RecordedMessage =
  | { readonly speaker: Speaker; readonly text: string }
  | { readonly speaker: 'aside' }
  /** What cannot be read. */
  | { readonly speaker: 'unknown' };

/** Models that the platform charges for. */
export interface ChargedModels {
  /** Those that Masker stands before. */
  readonly through_masker: number;
  /** Others: they answered the caller, or read what was said, past Masker. */
  readonly others: number;
}

export interface PlatformRecord {
  readonly platform: 'vapi' | 'bolna' | 'retell' | 'elevenlabs';
  /** The event that brought it. */
  readonly source:
    'end-of-call-report' | 'conversation-update' | 'execution' | 'call_ended' | 'post_call_transcription';
  readonly messages: readonly RecordedMessage[];
  /** Messages beyond those that are read. */
  readonly unread: number;
  /** Null where the record does not say. */
  readonly models: ChargedModels | null;
}

/** Messages of one record that are read. */
export const MOST_MESSAGES = 2000;
