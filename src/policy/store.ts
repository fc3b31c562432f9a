/** Where policies come from: the file that the operator names, and the text that an agent brings along. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Failure } from '../platform/failure.ts';
import { LruMap } from '../platform/lru-map.ts';
import { parsePolicy } from './parse.ts';
import type { ParsedPolicy, ParseResult, PolicyProblem } from './parse.ts';

/** The policy of an agent that names none. */
export const DEFAULT_POLICY_NAME = 'healthcare-default';

/**
 * The default policy where its file is missing or wrong in development. It says what `configs/mask_policy.yaml` says
 * (a test compares the two), and stands here so that it cannot be missing.
 */
const BUILT_IN = `name: ${DEFAULT_POLICY_NAME}
version: 1
description: The default for healthcare calls. Every Safe Harbor identifier is replaced by a token.
kid: K_HEALTHCARE
entities:
  SSN: { ner: false }
  NAME: { regex: false, confidence_threshold: 0.7 }
  EMAIL: { ner: false }
  DOB: { confidence_threshold: 0.5 }
  ACCOUNT: { confidence_threshold: 0.7 }
  IP_ADDRESS: { ner: false, action: redact }
`;

/** Inline and stored policies kept parsed; each is a few kilobytes. */
const CACHED_POLICIES = 256;

export interface DefaultPolicyLoad {
  /** Null where the start must stop: the file is invalid, and this is no development start. */
  readonly loaded: ParsedPolicy | null;
  /** What is wrong with the file. In development they are to be logged, and `loaded` is the built-in policy. */
  readonly problems: readonly PolicyProblem[];
}

/** Reads the policy file. One that cannot be read has a problem like any other. Never rejects. */
export async function readPolicyFile(path: string, kids: ReadonlySet<string>): Promise<ParseResult> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => unreadable(error));
  return typeof text === 'string' ? parsePolicy(text, { kids }) : { ok: false, problems: [text] };
}

/** Reads the policy file at the start. */
export async function loadDefaultPolicy(
  path: string,
  kids: ReadonlySet<string>,
  { dev }: { readonly dev: boolean },
): Promise<DefaultPolicyLoad> {
  const result = await readPolicyFile(path, kids);
  if (result.ok) return { loaded: result, problems: [] };
  if (!dev) return { loaded: null, problems: result.problems };
  const builtIn = parsePolicy(BUILT_IN, { kids });
  return builtIn.ok
    ? { loaded: builtIn, problems: result.problems }
    : { loaded: null, problems: [...result.problems, ...builtIn.problems] };
}

function unreadable(error: unknown): PolicyProblem {
  const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
  return { code: 'invalid_yaml', path: '', line: 1, column: 1, message: `the file cannot be read (${reason})` };
}

/** A policy that an account has stored under a name. */
export interface StoredText {
  readonly name: string;
  readonly version: number;
  /** As it was written. */
  readonly yaml: string;
}

/** Which policy is meant. A `policyYaml` counts before a stored policy, and that before a name. */
export interface PolicyReference {
  readonly policyName?: string | null | undefined;
  readonly policyYaml?: string | null | undefined;
  /** What the account has published under the name; null or absent where it has nothing. */
  readonly stored?: StoredText | null | undefined;
}

export type StoredName = Omit<StoredText, 'yaml'>;

export interface PolicyStore {
  /**
   * The policy that is meant; the default one where nothing is named.
   * Throws Failure `unknown_policy`, or `policy_yaml_invalid` with one detail per problem.
   */
  resolve(reference: PolicyReference): ParsedPolicy;
  /** What is wrong with a text, all of it; `storedAs` where it is to be stored under a name. Never throws. */
  check(text: string, storedAs?: StoredName): ParseResult;
  /** The names that `resolve` knows without a stored policy. */
  names(): readonly string[];
  /** The default policy as it is now. */
  readonly defaultPolicy: ParsedPolicy;
  /** Puts another policy in the place of the default one. What was resolved before stays as it was. */
  replaceDefault(policy: ParsedPolicy): void;
}

/** A store around the default policy, which is known under `healthcare-default` and under the name that it gives itself. */
export function createPolicyStore(defaultPolicy: ParsedPolicy, kids: ReadonlySet<string>): PolicyStore {
  const inline = new LruMap<string, ParsedPolicy>(CACHED_POLICIES);
  let current = defaultPolicy;
  const names = (): readonly string[] => [...new Set([DEFAULT_POLICY_NAME, current.policy.name])];

  const check = (text: string, storedAs?: StoredName): ParseResult => {
    const bases = new Map(names().map((name) => [name, current.policy]));
    return parsePolicy(text, { kids, bases, ...(storedAs === undefined ? {} : { storedAs }) });
  };
  const parse = (text: string, storedAs?: StoredName): ParsedPolicy => {
    const digest = createHash('sha256').update(text, 'utf8').digest('hex');
    const key = storedAs === undefined ? digest : `${digest} ${storedAs.version} ${storedAs.name}`;
    const known = inline.get(key);
    if (known !== undefined) return known;
    const parsed = check(text, storedAs);
    if (!parsed.ok) throw invalidPolicy(parsed.problems);
    inline.set(key, parsed);
    return parsed;
  };

  return {
    check,
    resolve({ policyName, policyYaml, stored }) {
      if (typeof policyYaml === 'string') return parse(policyYaml);
      if (stored !== null && stored !== undefined)
        return parse(stored.yaml, { name: stored.name, version: stored.version });
      if (names().includes(policyName ?? DEFAULT_POLICY_NAME)) return current;
      throw new Failure('unknown_policy', 'There is no policy of this name.', [
        { path: 'policyName', code: 'unknown_policy', message: `Known policies: ${names().join(', ')}.` },
      ]);
    },
    names,
    get defaultPolicy() {
      return current;
    },
    replaceDefault(policy) {
      current = policy;
      // They may extend what is no longer there.
      inline.clear();
    },
  };
}

/** Failure `policy_yaml_invalid` with one detail for each problem. */
export function invalidPolicy(problems: readonly PolicyProblem[]): Failure {
  return new Failure(
    'policy_yaml_invalid',
    problems.length === 1 ? 'The policy has a problem.' : `The policy has ${problems.length} problems.`,
    problems.map(({ path, code, line, column, message }) => ({ path, code, message: `${line}:${column}: ${message}` })),
  );
}
