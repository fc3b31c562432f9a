/** What a caller reads payloads and reports for: put on record with the read. */
import { z } from 'zod';
import { Failure } from '../platform/failure.ts';
import { fieldProblems } from './field-problems.ts';

/** The header that names the purpose on REST and GraphQL. */
export const PURPOSE_HEADER = 'masker-purpose';

/** A short text in one line. It stays on record, so it must not name a patient. */
export const purposeArgument = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^\P{C}*$/u, 'This holds a control character.');

/** The purpose of a header's value; null where there is none. Throws Failure `validation_failed`. */
export function purposeOf(header: string | null | undefined): string | null {
  if (header === null || header === undefined || header === '') return null;
  const read = purposeArgument.safeParse(header);
  if (read.success) return read.data;
  const problems = fieldProblems(read.error.issues).map((problem) => ({ ...problem, path: PURPOSE_HEADER }));
  throw new Failure(
    'validation_failed',
    'The header Masker-Purpose must be one line of 1 to 200 characters.',
    problems,
  );
}
