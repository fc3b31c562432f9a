import type { LineCounter } from 'yaml';

/**
 * What can be wrong with a policy. See docs/policy.md.
 *
 * - `unknown_kid`: no key is registered for the kid
 * - `invalid_pass`: a pass that does not exist, is listed twice, or a list that would detect nothing
 * - `missing_entity`: a kind that does not exist, or `entities` without any row
 * - `unknown_key`: a key that means nothing here
 * - `invalid_value`: a value of the wrong type or out of range, or a required one that is absent
 * - `not_supported`: a value that asks for what this version does not do
 * - `invalid_regex`: a tenant's pattern that the linear-time engine does not take, or that would match everywhere
 * - `invalid_yaml`: not one plain YAML document: syntax, duplicate keys, custom tags, too many aliases, too large
 */
export type PolicyProblemCode =
  | 'unknown_kid'
  | 'invalid_pass'
  | 'missing_entity'
  | 'unknown_key'
  | 'invalid_value'
  | 'not_supported'
  | 'invalid_regex'
  | 'invalid_yaml';

/** One thing that is wrong with a policy, and where. */
export interface PolicyProblem {
  readonly code: PolicyProblemCode;
  /** Dotted from the root: `entities.PHONE.action`, `passes.1`; empty for the document itself. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
  /** What is asked for. Never repeats a value that the policy gave. */
  readonly message: string;
}

/** More problems than anyone mends at once; a hostile document could have a hundred thousand. */
export const MAX_PROBLEMS = 200;

/** Gathers problems by their offset in the text, up to `MAX_PROBLEMS`. */
export class ProblemList {
  readonly #lines: LineCounter;
  readonly #problems: PolicyProblem[] = [];

  constructor(lines: LineCounter) {
    this.#lines = lines;
  }

  /** `offset` in UTF-16 code units from the start of the text. */
  add(code: PolicyProblemCode, path: string, offset: number, message: string): void {
    if (this.full) return;
    const { line, col } = this.#lines.linePos(offset);
    this.#problems.push({ code, path, line: Math.max(line, 1), column: Math.max(col, 1), message });
  }

  /** Whether further problems would be dropped. */
  get full(): boolean {
    return this.#problems.length >= MAX_PROBLEMS;
  }

  /** What was gathered, in the order of the text. */
  inOrder(): PolicyProblem[] {
    return this.#problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
  }
}
