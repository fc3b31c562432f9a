/** The inline marks of the hand-written sets: `my name is [NAME maria ochoa]`. README.md has the conventions. */

/** Every label a gold span may carry. ORG is scored apart; NEUTRAL is neither required nor punished. */
export const LABELS = [
  'NAME', 'GEO', 'DATE', 'PHONE', 'EMAIL', 'SSN', 'MRN', 'PLAN', 'ACCT', 'LICENSE', 'VEHICLE', 'DEVICE', 'URL', 'IP', 'BIOMETRIC', 'PHOTO', 'ID', 'ORG', 'NEUTRAL',
] as const;

export type Label = (typeof LABELS)[number];

/** `written`: as a person types, with digits, capitals and punctuation. `spoken`: as a speech recogniser returns it. */
export type Style = 'written' | 'spoken';

/** A labelled part of a text, offsets in UTF-16 code units, end exclusive. `orig` is the label before any mapping: here the same. */
export interface GoldSpan {
  readonly start: number;
  readonly end: number;
  readonly label: Label;
  readonly orig: string;
}

export interface MarkedText {
  readonly text: string;
  readonly spans: readonly GoldSpan[];
}

/** A mistake in a source file; the message says what is wrong, and the reader of the file adds where. */
export class MarkError extends Error {
  override readonly name = 'MarkError';
}

export function isStyle(value: string): value is Style {
  return value === 'written' || value === 'spoken';
}

function isLabel(value: string): value is Label {
  return LABELS.some((label) => label === value);
}

/**
 * Takes the marks out of a text and answers where they stood. A square bracket always belongs to a mark.
 * @throws MarkError for an unknown label, a bracket without its partner, a mark in a mark, and a value that is empty or
 * has white space at its edges.
 */
export function parseMarks(source: string): MarkedText {
  const spans: GoldSpan[] = [];
  let text = '';
  let at = 0;
  while (at < source.length) {
    const open = source.indexOf('[', at);
    const plain = open === -1 ? source.slice(at) : source.slice(at, open);
    if (plain.includes(']')) throw new MarkError(`"]" without "[" after "${plain.slice(0, plain.indexOf(']')).slice(-20)}"`);
    text += plain;
    if (open === -1) break;
    const close = source.indexOf(']', open);
    if (close === -1) throw new MarkError(`"[" without "]" at "${source.slice(open, open + 20)}"`);
    const { label, value } = parseMark(source.slice(open + 1, close));
    spans.push({ start: text.length, end: text.length + value.length, label, orig: label });
    text += value;
    at = close + 1;
  }
  return { text, spans };
}

/** Parses what stands between two brackets: a label, one space, the value. */
function parseMark(inside: string): { readonly label: Label; readonly value: string } {
  if (inside.includes('[')) throw new MarkError(`a mark in a mark, or "[" without "]", at "[${inside.slice(0, 20)}"`);
  const space = inside.indexOf(' ');
  const label = space === -1 ? inside : inside.slice(0, space);
  if (!isLabel(label)) throw new MarkError(`unknown label "${label}"`);
  const value = space === -1 ? '' : inside.slice(space + 1);
  if (value === '') throw new MarkError(`${label} without a value`);
  if (value.trim() !== value) throw new MarkError(`white space at the edge of ${label} "${value}"`);
  return { label, value };
}
