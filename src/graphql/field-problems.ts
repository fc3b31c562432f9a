import type { core } from 'zod';
import type { FieldProblem } from '../platform/failure.ts';

/** The issues of a failed zod parse, as far as they are read here. */
type Issues = readonly core.$ZodIssue[];

/**
 * One problem for each faulty field, at `root` plus the path inside it. A field that is not known is named itself,
 * not the object that holds it. Messages are zod's, which name the rule and never the value.
 */
export function fieldProblems(issues: Issues, root: readonly string[] = []): FieldProblem[] {
  return issues.flatMap((issue) => {
    const path = [...root, ...issue.path.map(String)];
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => problem([...path, shownName(key)], 'unknown_field', 'There is no such field.'));
    }
    // zod has no issue of its own for a field that is not there.
    if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined')) {
      return [problem(path, 'required', 'This field is required.')];
    }
    return [problem(path, issue.code, issue.message)];
  });
}

/** A name that could be a field's is repeated, so that a typing mistake is seen; anything else may be a value. */
function shownName(key: string): string {
  return /^[A-Za-z_]{1,40}$/.test(key) ? key : '(a name that no field has)';
}

function problem(path: readonly string[], code: string, message: string): FieldProblem {
  return { path: path.join('.'), code, message };
}
