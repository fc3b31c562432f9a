/** What a user asks of a new access token, and the rules for it. */
import { Failure } from '../platform/failure.ts';
import type { FieldProblem } from '../platform/failure.ts';
import { momentWithOffset } from '../platform/moment.ts';
import { mayUse, PERMISSIONS } from './viewer.ts';
import type { Permission, Viewer } from './viewer.ts';

export interface AccessTokenInput {
  /** 1 to 64 characters. */
  readonly name: string;
  /** At least one, and only such as the viewer has. */
  readonly permissions: readonly string[];
  /** A moment in ISO 8601 with its offset; absent or null: the token does not expire. */
  readonly expiresAt?: string | null | undefined;
}

/** An input that keeps the rules. */
export interface CheckedAccessToken {
  readonly name: string;
  /** Without repetitions, in the order of `PERMISSIONS`. */
  readonly permissions: Permission[];
  readonly expiresAt: Date | null;
}

export const MAX_TOKEN_NAME = 64;
const NAME = /^\P{Cc}+$/u;

/** Checks an input at the time `now`, in milliseconds since the epoch. Throws Failure `validation_failed` that names every fault. */
export function checkAccessToken(
  viewer: Pick<Viewer, 'permissions'>,
  { name, permissions, expiresAt }: AccessTokenInput,
  now: number,
): CheckedAccessToken {
  const problems: FieldProblem[] = [];
  const report = (path: string, code: string, message: string): void => {
    problems.push({ path, code, message });
  };
  if (name.trim() === '' || name.length > MAX_TOKEN_NAME || !NAME.test(name))
    report('name', 'invalid_value', `must have 1 to ${MAX_TOKEN_NAME} characters, and no control characters`);
  if (permissions.length === 0) report('permissions', 'too_small', 'must name at least one permission');
  else if (permissions.some((name) => !PERMISSIONS.some((known) => known === name)))
    report('permissions', 'invalid_value', `must be some of ${PERMISSIONS.join(', ')}`);
  const chosen = PERMISSIONS.filter((permission) => permissions.includes(permission));
  const missing = chosen.filter((permission) => !mayUse(viewer, permission));
  if (missing.length > 0)
    report('permissions', 'not_held', `you do not have ${missing.join(', ')}; a token permits no more than its user`);
  const end = momentOf(expiresAt ?? null);
  if (end !== null && !(end > now))
    report('expiresAt', 'invalid_value', 'must be a moment in the future, in ISO 8601 with its offset');
  if (problems.length > 0)
    throw new Failure('validation_failed', 'The access token is not valid; details name each faulty field.', problems);
  return { name, permissions: chosen, expiresAt: end === null ? null : new Date(end) };
}

/** Milliseconds since the epoch; null for none, and NaN for a text that is no moment. */
function momentOf(text: string | null): number | null {
  if (text === null) return null;
  return momentWithOffset(text) ?? Number.NaN;
}
