/** What is different between two policies, setting by setting. */
import type { Policy } from './policy.ts';
import { policyDocument } from './render.ts';

/** A setting that two policies have different values of. */
export interface PolicyDifference {
  /** Dotted from the root, as problems have it; patterns by their names. */
  readonly path: string;
  /** JSON; null where the setting is absent. */
  readonly before: string | null;
  readonly after: string | null;
}

/**
 * The settings that differ, in the order of the document. Defaults count as written. Name and version are no settings.
 */
export function policyDifferences(before: Policy, after: Policy): PolicyDifference[] {
  const [was, is] = [settingsOf(before), settingsOf(after)];
  const paths = [...new Set([...is.keys(), ...was.keys()])];
  return paths.flatMap((path) => {
    const [from = null, to = null] = [was.get(path), is.get(path)];
    return from === to ? [] : [{ path, before: from, after: to }];
  });
}

function settingsOf(policy: Policy): Map<string, string> {
  const { name: _name, version: _version, patterns: _patterns, ...document } = policyDocument(policy);
  const settings = new Map<string, string>();
  flatten('', document, settings);
  for (const pattern of policy.patterns) settings.set(`patterns.${pattern.name}`, JSON.stringify(pattern));
  return settings;
}

function flatten(path: string, value: unknown, into: Map<string, string>): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    into.set(path, JSON.stringify(value));
    return;
  }
  for (const [key, member] of Object.entries(value)) flatten(path === '' ? key : `${path}.${key}`, member, into);
}
