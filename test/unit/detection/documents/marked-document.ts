/** Documents with their values marked: `[[Okafor]]` must be masked whole, `{{MTH}}` must stay. */
import { expect } from 'vitest';
import { detect } from '../../../../src/detection/detection.ts';
import { DEFAULT_RULES } from '../../../../src/detection/rules.ts';

interface Stretch {
  readonly start: number;
  readonly end: number;
}

export interface MarkedDocument {
  readonly text: string;
  readonly values: readonly Stretch[];
  readonly codes: readonly Stretch[];
}

/** Reads the marks of a document. */
export function readMarks(marked: string): MarkedDocument {
  let text = '';
  const values: Stretch[] = [];
  const codes: Stretch[] = [];
  for (const part of marked.split(/(\[\[.*?\]\]|\{\{.*?\}\})/su)) {
    const isValue = part.startsWith('[[');
    if (isValue || part.startsWith('{{')) {
      const plain = part.slice(2, -2);
      (isValue ? values : codes).push({ start: text.length, end: text.length + plain.length });
      text += plain;
    } else text += part;
  }
  return { text, values, codes };
}

/** Fails where a marked value is not masked whole, or anything of a marked code is masked. */
export function expectMarked(marked: string): void {
  const { text, values, codes } = readMarks(marked);
  const spans = detect(text, DEFAULT_RULES);
  const covered = new Uint8Array(text.length);
  for (const { start, end } of spans) covered.fill(1, start, end);
  const isCovered = ({ start, end }: Stretch): boolean =>
    Array.from(text.slice(start, end), (character, at) => ({ character, at: start + at })).every(
      ({ character, at }) => covered[at] === 1 || !/[\p{L}\p{N}]/u.test(character),
    );
  const open = values.filter((value) => !isCovered(value)).map(({ start, end }) => text.slice(start, end));
  const masked = codes
    .filter(({ start, end }) => covered.slice(start, end).includes(1))
    .map(({ start, end }) => text.slice(start, end));
  expect({ open, masked, text }).toEqual({ open: [], masked: [], text });
}
