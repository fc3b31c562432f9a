/** What a check of `masker doctor` is, and how checks are run. See docs/operations.md, Doctor. */
import { StartError } from '../../../platform/start-error.ts';
import { errorCode } from '../../../platform/error-code.ts';

/** `skipped`: there is nothing to check here, or something else has to be mended first. */
export type CheckStatus = 'ok' | 'warn' | 'fail' | 'skipped';

/** What a check found, in words and figures. Never holds a value of a call, a secret, or a URL's query. */
export interface Finding {
  readonly status: CheckStatus;
  readonly found: string;
  /** What to do. Every finding but `ok` has one. */
  readonly fix?: string;
}

export interface Check {
  /** Stable name, for programs: `database_version`. */
  readonly id: string;
  /** The heading that it is printed under. */
  readonly group: string;
  readonly title: string;
  /** Milliseconds after which the check counts as failed; CHECK_MS where it is not given. */
  readonly limitMs?: number;
  /** May reject: the check then counts as failed. */
  run(): Promise<Finding> | Finding;
}

/** A check and what it found. */
export interface CheckResult extends Finding {
  readonly id: string;
  readonly group: string;
  readonly title: string;
  readonly duration_ms: number;
}

export const CHECK_MS = 10_000;

export const ok = (found: string): Finding => ({ status: 'ok', found });
export const warn = (found: string, fix: string): Finding => ({ status: 'warn', found, fix });
export const fail = (found: string, fix: string): Finding => ({ status: 'fail', found, fix });
export const skipped = (found: string, fix: string): Finding => ({ status: 'skipped', found, fix });

/** Runs the checks one after the other, each within its time, and reports each as it ends. Never rejects. */
export async function runChecks(
  checks: readonly Check[],
  onResult: (result: CheckResult) => void,
  now: () => number,
): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const check of checks) {
    const startedAt = now();
    const finding = await inTime(check);
    const { id, group, title } = check;
    const result = { id, group, title, ...finding, duration_ms: Math.round(now() - startedAt) };
    results.push(result);
    onResult(result);
  }
  return results;
}

async function inTime(check: Check): Promise<Finding> {
  const { limitMs = CHECK_MS } = check;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Finding>((resolve) => {
    timer = setTimeout(() => {
      resolve(fail(`no result within ${limitMs / 1000} s`, 'Look at what the check waits for: it is slow or hangs.'));
    }, limitMs);
  });
  const run = Promise.resolve()
    .then(() => check.run())
    .catch(unexpected);
  try {
    return await Promise.race([run, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Only a StartError's message is written for people; any other may repeat a value. */
function unexpected(error: unknown): Finding {
  if (error instanceof StartError) return fail(error.message, 'Correct this, and run the command again.');
  const what = errorCode(error) ?? (error instanceof Error ? error.name : 'unknown error');
  return fail(`the check itself failed (${what})`, 'Run the command again. If this stays, report it with this code.');
}

/** How many checks ended in which way. */
export type Summary = Readonly<Record<CheckStatus, number>>;

export function summarise(results: readonly Pick<CheckResult, 'status'>[]): Summary {
  const count = (status: CheckStatus): number => results.filter((result) => result.status === status).length;
  return { ok: count('ok'), warn: count('warn'), fail: count('fail'), skipped: count('skipped') };
}
