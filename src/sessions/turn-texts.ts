/** The texts of a kept request with the redactions that the journal has of them, each at its place. */
import { z } from 'zod';
import { beginsAsJson } from '../json/json-rewrite.ts';
import { textAt } from './kept-text.ts';
import { replacedPlaces } from './replaced-places.ts';
import type { ReplacedPlace } from './replaced-places.ts';
import { isOfNames, textsAtNames } from './text-paths.ts';
import type { PlacedText } from './text-paths.ts';

/** Longest text that is returned, in UTF-16 code units. */
export const LONGEST_TEXT = 100_000;

/** A span of a kept text in UTF-16 code units, end exclusive. */
export interface FoundSpan {
  readonly start: number;
  readonly end: number;
  readonly kind: string;
  /** The place of its redaction in the journal, which equal texts share. Null where it is not known. */
  readonly seq: number | null;
}

export interface KeptText {
  /** JSON Pointer into the request. */
  readonly path: string;
  readonly text: string;
  /** What was sent in its place; null where nothing was. */
  readonly masked: string | null;
  /** What was found in it, in its order. Null where its places are not known. */
  readonly found: readonly FoundSpan[] | null;
}

/** What the journal has of a redaction. */
export interface RecordedRedaction {
  readonly seq: number;
  readonly turn: number;
  readonly path: string;
  readonly start: number;
  readonly end: number;
  readonly kind: string;
  readonly action: string;
}

// Our own writing, read back.
const REDACTION = z.object({
  seq: z.int(),
  turn: z.int(),
  path: z.string(),
  span: z.tuple([z.int(), z.int()]),
  entity_kind: z.string(),
  action: z.string(),
});

/** Reads the text of a redaction's entry. */
export function recordedRedaction(body: string): RecordedRedaction {
  const { span, entity_kind: kind, ...rest } = REDACTION.parse(JSON.parse(body));
  return { ...rest, start: span[0], end: span[1], kind };
}

/** Returns the texts of a request. `recorded` has the redactions of its turn and of all before, in the order of the journal. */
export function turnTexts(
  request: unknown,
  masked: unknown,
  recorded: readonly RecordedRedaction[],
): readonly KeptText[] {
  const byPath = grouped(recorded, ({ path }) => path);
  const seen = new Set<string>();
  const texts: KeptText[] = [];
  const ofNames = [...textsAtNames(request, masked)];
  for (const each of [...ofNames, ...textsElsewhere(request, masked, byPath.keys())]) {
    if (each.text.length > LONGEST_TEXT) continue;
    const found = foundIn(each, byPath.get(each.path) ?? [], seen);
    for (const { text, from, to } of found.places) seen.add(nameOf(text, from, to));
    texts.push({ path: each.path, text: each.text, masked: each.sent, found: found.spans });
  }
  return texts;
}

/** Yields the texts of redactions at other paths. */
function* textsElsewhere(request: unknown, masked: unknown, paths: Iterable<string>): Generator<PlacedText, void> {
  for (const path of paths) {
    const text = isOfNames(path) ? null : textAt(request, path);
    if (text !== null) yield { path, text, sent: textAt(masked, path) };
  }
}

interface Found {
  readonly spans: readonly FoundSpan[] | null;
  /** The same as the journal counts them. */
  readonly places: readonly Pick<ReplacedPlace, 'text' | 'from' | 'to'>[];
}

function foundIn({ text, sent }: PlacedText, recorded: readonly RecordedRedaction[], seen: ReadonlySet<string>): Found {
  if (beginsAsJson(text) !== true) return inPlainText(text, sent, recorded);
  const places = sent === null || sent.length > LONGEST_TEXT * 4 ? null : replacedPlaces(text, sent);
  // What passed unmasked left no mark that shows its place.
  if (places === null || recorded.some(({ action }) => action === 'passthrough')) return { spans: null, places: [] };
  const redactions = redactionsOf(places, recorded, seen);
  const spans = places.map((place) => {
    const redaction = redactions.get(nameOf(place.text, place.from, place.to));
    return { start: place.start, end: place.end, kind: redaction?.kind ?? place.kind, seq: redaction?.seq ?? null };
  });
  return { spans, places };
}

/**
 * Turns that repeat a text do not record its redactions again. Where the texts of a request have moved, those of the path are
 * of another text: what was sent shows that.
 */
function inPlainText(text: string, sent: string | null, recorded: readonly RecordedRedaction[]): Found {
  const turn = recorded.reduce((latest, each) => Math.max(latest, each.turn), 0);
  const fitting = recorded.filter(({ end }) => end <= text.length);
  const latest = fitting.filter((each) => each.turn === turn);
  const found = [latest, withEarlier(latest, fitting)].find((each) => sent === null || isSentWithout(text, sent, each));
  if (found === undefined) return { spans: sent === text ? [] : null, places: [] };
  const places = found.map(({ start, end }) => ({ text, from: start, to: end }));
  return { spans: found.map(({ seq, start, end, kind }) => ({ seq, start, end, kind })), places };
}

/** Adds the redactions of earlier turns: a turn that finds a further value in a known text records that value alone. */
function withEarlier(
  latest: readonly RecordedRedaction[],
  recorded: readonly RecordedRedaction[],
): readonly RecordedRedaction[] {
  const all = [...latest];
  for (const each of [...recorded].reverse())
    if (!all.some(({ start, end }) => start < each.end && each.start < end)) all.push(each);
  return all.sort((one, other) => one.start - other.start);
}

/** Whether what is between the replaced spans was sent, in its order. */
function isSentWithout(text: string, sent: string, found: readonly RecordedRedaction[]): boolean {
  const replaced = found.filter(({ action }) => action !== 'passthrough').sort((one, other) => one.start - other.start);
  if (replaced.length === 0) return text === sent;
  let [read, at] = [0, 0];
  for (const { start, end } of replaced) {
    const between = text.slice(read, Math.max(read, start));
    at = read === 0 && !sent.startsWith(between) ? -1 : sent.indexOf(between, at);
    if (at < 0) return false;
    at += between.length;
    read = Math.max(read, end);
  }
  const rest = text.slice(read);
  return sent !== text && sent.length - rest.length >= at && sent.endsWith(rest);
}

/**
 * Finds the redaction of each place, by the name of the place. The journal has the spans of a text once in a call, so those
 * of equal bounds come in the order in which their texts come for the first time. Where the numbers of both differ, an
 * earlier request had some of the texts, and no place gets a redaction.
 */
function redactionsOf(
  places: readonly ReplacedPlace[],
  recorded: readonly RecordedRedaction[],
  seen: ReadonlySet<string>,
): ReadonlyMap<string, RecordedRedaction> {
  const first = new Map<string, ReplacedPlace>();
  for (const place of places) {
    const name = nameOf(place.text, place.from, place.to);
    if (!seen.has(name) && !first.has(name)) first.set(name, place);
  }
  const byBounds = grouped(recorded, ({ start, end }) => `${start}-${end}`);
  const names = grouped(first, ([, { from, to }]) => `${from}-${to}`);
  const redactions = new Map<string, RecordedRedaction>();
  for (const [bounds, named] of names) {
    const entries = byBounds.get(bounds) ?? [];
    if (entries.length !== named.length) continue;
    for (const [at, [name]] of named.entries()) {
      const entry = entries[at];
      if (entry !== undefined) redactions.set(name, entry);
    }
  }
  return redactions;
}

function grouped<Item>(items: Iterable<Item>, keyOf: (item: Item) => string): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

const nameOf = (text: string, from: number, to: number): string => `${from}-${to}-${text}`;
