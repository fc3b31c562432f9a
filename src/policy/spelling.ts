/** How a policy may spell kinds and passes. See docs/detection.md, Kinds. */
import { ENTITY_KINDS } from '../detection/kinds.ts';
import type { EntityKind } from '../detection/kinds.ts';
import type { PolicyPass } from './policy.ts';

/** The documents' other names of kinds. */
const OTHER_NAMES = {
  person_name: 'NAME',
  phone_number: 'PHONE',
  account_number: 'ACCOUNT',
  org_name: 'ORG',
} as const satisfies Record<string, EntityKind>;

/** Each accepted spelling of a kind, in capitals or in small letters, with the kind that it means. */
export const KIND_SPELLINGS: ReadonlyMap<string, EntityKind> = new Map(
  [...ENTITY_KINDS.map((kind) => [kind, kind] as const), ...Object.entries(OTHER_NAMES)].flatMap(([name, kind]) => [
    [name.toUpperCase(), kind],
    [name.toLowerCase(), kind],
  ]),
);

/** Each accepted spelling of a pass, with the pass that it means. */
export const PASS_SPELLINGS: ReadonlyMap<string, PolicyPass> = new Map([
  ['regex', 'regex'],
  ['ner', 'ner'],
  ['gemma', 'ner'],
  ['diarize', 'diarize'],
]);

/**
 * The candidate that is the fewest typing errors away from `word`, ignoring case, or null where none is near: at most
 * one error in three characters. Errors are those of the optimal string alignment distance: a letter too many, too few,
 * wrong, or two swapped. The first of equals wins.
 */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  if (word.length > 40) return null;
  let best: string | null = null;
  let least = Math.floor(word.length / 3) + 1;
  for (const candidate of candidates) {
    const errors = typingErrors(word.toLowerCase(), candidate.toLowerCase());
    if (errors < least) [best, least] = [candidate, errors];
  }
  return best;
}

function typingErrors(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = at(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(beforeLast, j - 2) + 1 : Infinity;
      row.push(Math.min(replaced, swapped, at(last, j) + 1, at(row, j - 1) + 1));
    }
    [beforeLast, last] = [last, row];
  }
  return at(last, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity;
}
