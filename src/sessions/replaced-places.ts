/**
 * Finds where identifiers are in a kept text by comparing it with what was sent: a token or a marker replaces each of them.
 * The journal cannot say it of JSON in a string, because its spans are of one of the texts in it.
 */
import { beginsAsJson } from '../json/json-rewrite.ts';
import { findTokens } from '../tokens/grammar.ts';

/** A stretch of a text that was replaced. UTF-16 code units, end exclusive. */
export interface ReplacedPlace {
  readonly start: number;
  readonly end: number;
  /** The kind that the token or marker names. */
  readonly kind: string;
  /** The text that was masked by itself: the whole text or, in JSON, one of its strings and numbers. */
  readonly text: string;
  /** The same stretch in that text. */
  readonly from: number;
  readonly to: number;
}

/** Strings and numbers of JSON, as they are written. */
const SCALAR = /"[^"\\]*(?:\\.[^"\\]*)*"|-?[0-9][0-9.eE+-]*/gs;
const MARKER = /\[REDACTED:([A-Z_]+)\]/g;
const ESCAPE = /\\(?:u[0-9a-fA-F]{4}|.)/y;

/** JSON in strings of JSON is compared to this depth. */
const MAX_DEPTH = 8;

/** Returns what was replaced in a text, in its order. Null where more than one way to replace it gives the sent text. */
export function replacedPlaces(text: string, sent: string): readonly ReplacedPlace[] | null {
  return inAny(text, sent, 0);
}

function inAny(text: string, sent: string, depth: number): readonly ReplacedPlace[] | null {
  if (depth === MAX_DEPTH || beginsAsJson(text) !== true) return inText(text, sent);
  // What only begins like JSON may be lines of it, and may be masked like any text.
  return inJson(text, sent, depth) ?? (isWhole(text) ? null : inText(text, sent));
}

function isWhole(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** White space and marks of JSON stay as they are, so its strings and numbers pair up one by one. */
function inJson(text: string, sent: string, depth: number): readonly ReplacedPlace[] | null {
  const ours = [...text.matchAll(SCALAR)];
  const theirs = [...sent.matchAll(SCALAR)];
  if (ours.length !== theirs.length || text.replace(SCALAR, '') !== sent.replace(SCALAR, '')) return null;
  const places: ReplacedPlace[] = [];
  for (const [at, { 0: source, index }] of ours.entries()) {
    const written = theirs[at]?.[0] ?? source;
    if (written === source) continue;
    const found = inScalar(source, written, depth);
    if (found === null) return null;
    places.push(...found.map((each) => ({ ...each, start: index + each.start, end: index + each.end })));
  }
  return places;
}

function inScalar(source: string, written: string, depth: number): readonly ReplacedPlace[] | null {
  const text = plainOf(source);
  const sent = plainOf(written);
  if (text === null || sent === null) return null;
  if (text === sent) return [];
  const found = inAny(text, sent, depth + 1);
  const offsets = offsetsIn(source);
  if (found === null || offsets === null) return found;
  return found.map((each) => ({ ...each, start: offsets[each.start] ?? 0, end: offsets[each.end] ?? source.length }));
}

/** Returns the value of a string as it is written in JSON, and a number as it is written. */
function plainOf(source: string): string | null {
  if (!source.startsWith('"')) return source;
  try {
    const plain: unknown = JSON.parse(source);
    return typeof plain === 'string' ? plain : null;
  } catch {
    return null;
  }
}

/** Returns where each unit of the value begins in the written string, and where the value ends; null for a number. */
function offsetsIn(source: string): readonly number[] | null {
  if (!source.startsWith('"')) return null;
  const offsets: number[] = [];
  let at = 1;
  while (at < source.length - 1) {
    offsets.push(at);
    ESCAPE.lastIndex = at;
    at += ESCAPE.exec(source)?.[0].length ?? 1;
  }
  return [...offsets, at];
}

interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly kind: string;
}

function inText(text: string, sent: string): readonly ReplacedPlace[] | null {
  const replacements = replacementsIn(sent);
  const kept: string[] = [];
  let at = 0;
  for (const { start, end } of replacements) {
    kept.push(sent.slice(at, start));
    at = end;
  }
  kept.push(sent.slice(at));
  const first = boundsBetween(text, kept);
  // What is found from the end must be the same: else it is not known which of equal words stayed.
  const last = boundsBetween(reversed(text), kept.map(reversed).reverse());
  if (first === null || last === null) return null;
  const places = replacements.map(({ kind }, index) => {
    const [from, to] = first[index] ?? [0, 0];
    return { start: from, end: to, kind, text, from, to };
  });
  const isOneWay = places.every(({ start, end }, index) => {
    const [from, to] = last[last.length - 1 - index] ?? [0, 0];
    return start === text.length - to && end === text.length - from;
  });
  return isOneWay ? places : null;
}

function replacementsIn(sent: string): readonly Replacement[] {
  const tokens = findTokens(sent).map((range) => ({
    ...range,
    kind: sent.slice(range.start, range.end).split('.')[1] ?? '',
  }));
  const markers = [...sent.matchAll(MARKER)].map(({ 0: marker, 1: kind = '', index }) => ({
    start: index,
    end: index + marker.length,
    kind,
  }));
  return [...tokens, ...markers].sort((one, other) => one.start - other.start);
}

/** Returns the shortest stretches between what was kept, from the beginning of the text; null where they do not fit. */
function boundsBetween(text: string, kept: readonly string[]): readonly (readonly [number, number])[] | null {
  const [head = '', ...rest] = kept;
  const tail = rest.pop();
  if (tail === undefined) return text === head ? [] : null;
  if (!text.startsWith(head) || !text.endsWith(tail)) return null;
  const bounds: (readonly [number, number])[] = [];
  let at = head.length;
  for (const between of rest) {
    const next = text.indexOf(between, at + 1);
    if (next < 0) return null;
    bounds.push([at, next]);
    at = next + between.length;
  }
  const end = text.length - tail.length;
  return end > at ? [...bounds, [at, end]] : null;
}

const reversed = (text: string): string => text.split('').reverse().join('');
