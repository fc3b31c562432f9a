/** Reads the policy file again while calls are under way. See docs/api.md, REST routes. */
import { invalidPolicy, readPolicyFile } from './store.ts';
import type { PolicyStore } from './store.ts';
import type { PolicyProblem } from './problem.ts';

/** The default policy after a reload. */
export interface ReloadedPolicy {
  readonly name: string;
  readonly version: number;
  /** Whether it is another one than before. */
  readonly changed: boolean;
}

export interface PolicyReloadOptions {
  /** The file at MASKER_POLICY_PATH. */
  readonly path: string;
  readonly kids: ReadonlySet<string>;
  readonly policies: PolicyStore;
  /** Told when another policy is in force, before the caller is answered: what was made of the old one is to be forgotten. */
  readonly onChange: (policy: ReloadedPolicy) => void;
  /** Told of a file that does not hold, whose policy was not taken. */
  readonly onRefused: (problems: readonly PolicyProblem[]) => void;
}

/** Reloads the file; calls that overlap follow one another. Throws Failure `policy_yaml_invalid`. */
export type PolicyReload = () => Promise<ReloadedPolicy>;

/**
 * A reload that takes the file as a whole or not at all: where it has problems, in development too, the policy in force
 * stays. A turn under way ends on the policy that it began with.
 */
export function createPolicyReload({ path, kids, policies, onChange, onRefused }: PolicyReloadOptions): PolicyReload {
  const reload = async (): Promise<ReloadedPolicy> => {
    const read = await readPolicyFile(path, kids);
    if (!read.ok) {
      onRefused(read.problems);
      throw invalidPolicy(read.problems);
    }
    const changed = read.text !== policies.defaultPolicy.text;
    const { name, version } = read.policy;
    if (!changed) return { name, version, changed };
    policies.replaceDefault(read);
    onChange({ name, version, changed });
    return { name, version, changed };
  };
  // One after the other: of two reads at once the older text could win.
  let last: Promise<unknown> = Promise.resolve();
  return () => {
    const next = last.then(reload, reload);
    last = next;
    return next;
  };
}
