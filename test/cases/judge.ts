/** Judges what reached the provider, and what came back, against a case. Pure. */
import { align, REPLACEMENT } from './alignment.ts';
import type { Replaced } from './alignment.ts';
import type { Case, Message, Passage } from './case.ts';

/** One request of a case: what was sent to Masker, what reached the provider, what the client got. */
export interface Exchange {
  readonly sent: Readonly<Record<string, unknown>>;
  /** The body at the provider; null when nothing arrived there. */
  readonly received: Readonly<Record<string, unknown>> | null;
  readonly status: number;
  /** The text of the answer, or the argument of the tool call where the case asks for one. */
  readonly answer: string;
}

/** A text of the request with its form at the provider. `message` is the index of its message, or null outside. */
interface Pair {
  readonly message: number | null;
  readonly original: string;
  readonly masked: string;
  readonly replaced: readonly Replaced[] | null;
}

/** What does not hold, in words; empty when the case holds. */
export function judge(given: Case, exchanges: readonly Exchange[]): string[] {
  const faults: string[] = [];
  const pairs: Pair[] = [];
  for (const [turn, { sent, received, status }] of exchanges.entries()) {
    if (received === null) faults.push(`request ${turn}: refused with ${status}`);
    else pairs.push(...pairsOf(sent, received));
  }
  for (const passage of given.leak) faults.push(...leaksOf(passage, pairs));
  for (const passage of given.keep) if (!kept(passage, pairs)) faults.push(`not kept: ${textOf(passage)}`);
  for (const value of given.known ?? []) {
    if (pairs.some(({ masked }) => masked.includes(value))) faults.push(`known value in the clear: ${value}`);
  }
  for (const group of given.same ?? [])
    if (!sameToken(group, pairs)) faults.push(`not one token: ${group.join(' | ')}`);
  const answer = exchanges.at(-1)?.answer ?? '';
  if (given.restored !== undefined && !new RegExp(given.restored, 'i').test(answer)) {
    faults.push(`restored as ${JSON.stringify(answer)}, not ${given.restored}`);
  }
  return [...new Set(faults)];
}

const textOf = (passage: Passage): string => (typeof passage === 'string' ? passage : passage.text);

/** JSON without spaces, where a text is JSON; else the text. */
function compact(text: string): string {
  try {
    return /^\s*[[{]/.test(text) ? JSON.stringify(JSON.parse(text)) : text;
  } catch {
    return text;
  }
}

function textsOf(message: Message): string[] {
  const { content, ...rest } = message;
  const texts =
    typeof content === 'string'
      ? [compact(content)]
      : content === null || content === undefined
        ? []
        : [JSON.stringify(content)];
  const calls = (rest as { tool_calls?: { function?: { arguments?: string } }[] }).tool_calls ?? [];
  return [...texts, ...calls.map((call) => compact(call.function?.arguments ?? ''))];
}

function pairsOf(sent: Exchange['sent'], received: Readonly<Record<string, unknown>>): Pair[] {
  const pairs: Pair[] = [];
  const add = (message: number | null, original: string, masked: string): void => {
    pairs.push({ message, original, masked, replaced: align(original, masked) });
  };
  const after = (received['messages'] ?? []) as Message[];
  for (const [index, message] of ((sent['messages'] ?? []) as Message[]).entries()) {
    const counterpart = after[index];
    const masked = counterpart === undefined ? [] : textsOf(counterpart);
    for (const [part, original] of textsOf(message).entries()) add(index, original, masked[part] ?? '');
  }
  for (const [key, value] of Object.entries(sent)) {
    if (key === 'messages' || key === 'model') continue;
    const original = JSON.stringify({ [key]: value });
    add(null, original, key in received ? JSON.stringify({ [key]: received[key] }) : original.replace(/\w/g, '-'));
  }
  return pairs;
}

/** Where a passage stands in a text, as whole words. */
function occurrences(passage: Passage, { original, message }: Pair): number[] {
  const { text, after = null, message: only = null } = typeof passage === 'string' ? { text: passage } : passage;
  if (only !== null && only !== message) return [];
  const found: number[] = [];
  for (let at = original.indexOf(text); at >= 0; at = original.indexOf(text, at + 1)) {
    const before = original.charAt(at - 1);
    const next = original.charAt(at + text.length);
    const whole = !(/\w/.test(before) && /^\w/.test(text)) && !(/\w/.test(next) && /\w$/.test(text));
    if (whole && (after === null || original.slice(0, at).endsWith(after))) found.push(at);
  }
  return found;
}

function leaksOf(passage: Passage, pairs: readonly Pair[]): string[] {
  const text = textOf(passage);
  const faults: string[] = [];
  for (const pair of pairs) {
    for (const at of occurrences(passage, pair)) {
      // A text that cannot be aligned was rewritten: the passage itself must be gone.
      if (pair.replaced === null) {
        // The letters of a token are chance: they say nothing of the value.
        if (pair.masked.replaceAll(REPLACEMENT, '').includes(text)) faults.push(`leak: ${text} in ${pair.masked}`);
        continue;
      }
      const open = [...text.matchAll(/[\p{L}\p{N}]/gu)].some(({ index }) => !covered(pair.replaced, at + index));
      if (open) faults.push(`leak: ${text} in ${pair.masked}`);
    }
  }
  return faults;
}

const covered = (replaced: readonly Replaced[] | null, at: number): boolean =>
  replaced?.some(({ start, end }) => start <= at && at < end) ?? false;

/** Returns true if the passage left as it was. One that follows a value is found by its place: the value itself is a token. */
function kept(passage: Passage, pairs: readonly Pair[]): boolean {
  if (typeof passage === 'string') return pairs.some(({ masked }) => masked.includes(passage));
  const { text, after } = passage;
  return pairs.some((pair) =>
    occurrences(passage, pair).some((at) =>
      pair.replaced === null
        ? pair.masked.includes(after + text)
        : Array.from(text, (_, index) => at + index).every((place) => !covered(pair.replaced, place)),
    ),
  );
}

/** Whether one token covers each string of the group, the same one. */
function sameToken(group: readonly string[], pairs: readonly Pair[]): boolean {
  const tokens = group.map((text) => {
    for (const pair of pairs) {
      const [at] = occurrences(text, pair);
      const token = pair.replaced?.find(({ start, end }) => at !== undefined && start <= at && at < end)?.token;
      if (token !== undefined) return token;
    }
    return null;
  });
  return tokens[0] !== null && tokens.every((token) => token === tokens[0]);
}
