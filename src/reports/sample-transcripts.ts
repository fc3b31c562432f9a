/** Masked transcripts in a report: a few turns as they left for the model provider, chosen by a rule that anybody can repeat. */
import { createHash } from 'node:crypto';
import type { SessionId } from '../platform/ids.ts';

export interface SampleMessage {
  /** The role of the message in the request: `user`, `assistant`, `tool`. */
  readonly speaker: string;
  readonly text: string;
}

export interface SampleTranscript {
  readonly session_id: SessionId;
  readonly turn: number;
  readonly messages: readonly SampleMessage[];
}

/** Transcripts in one report, at most. */
export const MOST_SAMPLES = 20;
/** The last messages of a turn, and characters of each, at most. */
const MESSAGES = 6;
const CHARACTERS = 400;

export interface SamplePlace {
  readonly sessionId: SessionId;
  readonly turn: number;
}

/**
 * Chooses places in constant memory: those whose SHA-256 of `seed|session id|turn` is smallest. The seed is made of scope and
 * generation time, so the choice can be repeated. An operator can still ask for several reports and hand over one of them.
 */
export class SampleChoice {
  readonly #seed: string;
  #chosen: { readonly rank: string; readonly place: SamplePlace }[] = [];

  constructor(seed: string) {
    this.#seed = seed;
  }

  add(place: SamplePlace): void {
    const rank = createHash('sha256').update(`${this.#seed}|${place.sessionId}|${place.turn}`).digest('hex');
    const last = this.#chosen.at(-1);
    if (this.#chosen.length === MOST_SAMPLES && last !== undefined && rank >= last.rank) return;
    this.#chosen = [...this.#chosen, { rank, place }].sort((a, b) => (a.rank < b.rank ? -1 : 1)).slice(0, MOST_SAMPLES);
  }

  /** The chosen places, by session and turn. */
  get places(): SamplePlace[] {
    return this.#chosen
      .map(({ place }) => place)
      .sort((a, b) => (a.sessionId === b.sessionId ? a.turn - b.turn : a.sessionId < b.sessionId ? -1 : 1));
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .flatMap((part: unknown) => (isRecord(part) && typeof part['text'] === 'string' ? part['text'] : []))
    .join(' ');
}

/** A token that carries its value would outlive the vault: it is shown without. */
const CARRYING = /\bMSK1\.([A-Z_]+)\.([A-Z0-9_]+)\.[A-Z2-7]+/g;

/** One line, cut between words where it is too long. */
function shortened(text: string): string {
  const line = text.replace(CARRYING, 'MSK1.$1.$2').replace(/\s+/g, ' ').trim();
  if (line.length <= CHARACTERS) return line;
  const space = line.lastIndexOf(' ', CHARACTERS);
  return `${line.slice(0, space > 0 ? space : CHARACTERS)} …`;
}

/** The words of a masked request of either API, without its instructions; empty where it is none. */
export function sampleMessages(masked: string): SampleMessage[] {
  const body = parsed(masked);
  if (!isRecord(body)) return [];
  const { messages, input } = body;
  if (typeof input === 'string') return [{ speaker: 'user', text: shortened(input) }];
  const items: readonly unknown[] = Array.isArray(messages) ? messages : Array.isArray(input) ? input : [];
  return items
    .flatMap((item): SampleMessage[] => {
      if (!isRecord(item)) return [];
      const { role, content } = item;
      if (typeof role !== 'string' || role === 'system' || role === 'developer') return [];
      const text = shortened(textOf(content));
      return text === '' ? [] : [{ speaker: role, text }];
    })
    .slice(-MESSAGES);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
