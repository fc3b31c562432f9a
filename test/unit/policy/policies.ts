import type { Policy } from '../../../src/policy/policy.ts';
import { parsePolicy } from '../../../src/policy/parse.ts';
import type { PolicyProblem } from '../../../src/policy/parse.ts';

export const KIDS: ReadonlySet<string> = new Set(['K_HEALTHCARE', 'K_OTHER']);

/** The policy of a text that must hold. */
export function policyOf(yaml: string): Policy {
  const result = parsePolicy(yaml, { kids: KIDS });
  if (!result.ok) throw new Error(`unexpected problems: ${JSON.stringify(result.problems)}`);
  return result.policy;
}

/** The problems of a text; none where it holds. */
export function problemsOf(yaml: string, kids: ReadonlySet<string> = KIDS): readonly PolicyProblem[] {
  const result = parsePolicy(yaml, { kids });
  return result.ok ? [] : result.problems;
}

/** Each problem as `line:column code path`. */
export function placesOf(yaml: string): string[] {
  return problemsOf(yaml).map(({ line, column, code, path }) => `${line}:${column} ${code} ${path}`.trimEnd());
}
