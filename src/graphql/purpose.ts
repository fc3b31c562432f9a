/** What a caller reads payloads and reports for: put on record with the read. */
import { z } from 'zod';
import { detect } from '../detection/detection.ts';
import type { EntityKind } from '../detection/kinds.ts';
import { DEFAULT_RULES } from '../detection/rules.ts';
import { Failure } from '../platform/failure.ts';
import { fieldProblems } from './field-problems.ts';

/** The header that names the purpose on REST and GraphQL. */
export const PURPOSE_HEADER = 'masker-purpose';

const LONGEST = 200;

const PERIOD = /^(?:Q[1-4]|\p{L}{3,9}),? \d{4}$/iu;

/** Whether a value is of the reader's own matter: a case number, a firm, a quarter or a month. A day may be a person's. */
function isOfMatter(kind: EntityKind, value: string): boolean {
  return kind === 'OTHER_ID' || kind === 'ORG' || (kind === 'DATE' && PERIOD.test(value));
}

/** A short text in one line. It stays on record for good, so it is refused where detection finds an identifier in it. */
export const purposeArgument = z
  .string()
  .trim()
  .min(1)
  .max(LONGEST)
  .regex(/^\P{C}*$/u, 'This holds a control character.')
  .superRefine((text, context) => {
    const found = text.length > LONGEST ? [] : detect(text, DEFAULT_RULES);
    const person = found.find((span) => !isOfMatter(span.kind, text.slice(span.start, span.end)));
    if (person === undefined) return;
    const message = `Detection finds an identifier in this (${person.kind}). The purpose stays on record: leave it out.`;
    context.addIssue({ code: 'custom', message });
  });

/**
 * The purpose of a header's value, as node gives it: a character for each byte. The bytes are UTF-8. Null where there is no
 * value. Throws Failure `validation_failed`.
 */
export function purposeOf(header: string | null | undefined): string | null {
  if (header === null || header === undefined || header === '') return null;
  const text = utf8(header);
  const message = 'The header Masker-Purpose must be one line of 1 to 200 characters in UTF-8, without identifiers.';
  if (text === null) {
    const problem = { path: PURPOSE_HEADER, code: 'invalid_encoding', message: 'This is not UTF-8.' };
    throw new Failure('validation_failed', message, [problem]);
  }
  const read = purposeArgument.safeParse(text);
  if (read.success) return read.data;
  const problems = fieldProblems(read.error.issues).map((problem) => ({ ...problem, path: PURPOSE_HEADER }));
  throw new Failure('validation_failed', message, problems);
}

/** Null where the bytes are not UTF-8, or a character is no byte. */
function utf8(header: string): string | null {
  const bytes = Buffer.from(header, 'latin1');
  if (bytes.toString('latin1') !== header) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
