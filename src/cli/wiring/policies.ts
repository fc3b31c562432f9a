/** The policies of an instance, from the default policy's file, and what its problems are called. */
import type { Config } from '../../platform/config.ts';
import type { Logger } from '../../platform/log.ts';
import { StartError } from '../../platform/start-error.ts';
import type { PolicyProblem } from '../../policy/problem.ts';
import { createPolicyReload, type PolicyReload } from '../../policy/reload.ts';
import { createPolicyStore, loadDefaultPolicy, type PolicyStore } from '../../policy/store.ts';
import type { KeyRing } from '../../tokens/key-ring.ts';

/**
 * Reads the default policy and keeps the policies of this start. What is wrong with the file in development is logged.
 *
 * @throws StartError if the file has problems
 */
export async function readPolicies(
  config: Config,
  ring: KeyRing,
  log: Logger,
): Promise<ReturnType<typeof createPolicyStore>> {
  const { loaded, problems } = await loadDefaultPolicy(config.policyPath, ring.kids(), {
    dev: config.variables.MASKER_DEV,
  });
  const lines = problemLines(problems);
  if (loaded === null) throw invalidPolicyFile(config.policyPath, lines);
  for (const line of lines) log.warn(`policy:${line}`);
  return createPolicyStore(loaded, ring.kids());
}

/** Reads the default policy anew when it is called. What came of it is logged. Rejects like {@link PolicyReload}. */
export function reloadOfPolicies(
  { policyPath }: Pick<Config, 'policyPath'>,
  {
    ring,
    policies,
    log,
    onChange,
  }: {
    readonly ring: KeyRing;
    readonly policies: PolicyStore;
    readonly log: Logger;
    /** Called before the caller is answered: what was made of the old policy is to be forgotten. */
    readonly onChange: () => void;
  },
): PolicyReload {
  return createPolicyReload({
    path: policyPath,
    kids: ring.kids(),
    policies,
    onChange: ({ name, version }) => {
      onChange();
      log.info({ policy: name, version }, 'the policy file was read again');
    },
    onRefused: (problems) => {
      log.error('the policy file has problems and was not taken; the policy in force stays');
      for (const line of problemLines(problems)) log.error(`policy:${line}`);
    },
  });
}

function invalidPolicyFile(file: string, lines: readonly string[]): StartError {
  const [only = '', ...others] = lines.map((line) => line.trim());
  return new StartError(
    others.length === 0
      ? `MASKER_POLICY_PATH ${file} has a problem. Correct it: ${only}`
      : `MASKER_POLICY_PATH ${file} has ${lines.length} problems. Correct them:\n${lines.join('\n')}`,
  );
}

/** Returns a line for each problem of a policy file. */
function problemLines(problems: readonly PolicyProblem[]): string[] {
  return problems.map(({ code, path, line, column, message }) => `  ${line}:${column} ${path} ${code}: ${message}`);
}
