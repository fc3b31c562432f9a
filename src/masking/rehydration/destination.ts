/** Where a restored value would go, and whether it may. See docs/proxy.md, Restoring values. */
import type { EntityKind } from '../../detection/kinds.ts';

/** What is said to the caller, or what a tool is called with. A tool that no name is known of yet has the name null. */
export type Destination = { readonly to: 'speech' } | { readonly to: 'tool'; readonly name: string | null };

export const SPEECH: Destination = { to: 'speech' };

/** Where values may come back to: the `restore` of a policy. */
export interface RestoreRules {
  readonly speech: 'all' | readonly EntityKind[];
  readonly toolArguments: 'all' | readonly EntityKind[];
  /** Of a value in a URL, whatever the URL stands in; its destination must allow the kind too. */
  readonly urls: 'all' | readonly EntityKind[];
  /** The tools that may receive values at all, by their names. */
  readonly tools: 'all' | readonly string[];
}

/** Rules that let everything back. */
export const RESTORE_ALL: RestoreRules = { speech: 'all', toolArguments: 'all', urls: 'all', tools: 'all' };

/** Whether a value of `kind` may go there. */
export function mayReturn(rules: RestoreRules, kind: EntityKind, destination: Destination, inUrl: boolean): boolean {
  if (inUrl && !includes(rules.urls, kind)) return false;
  switch (destination.to) {
    case 'speech':
      return includes(rules.speech, kind);
    case 'tool':
      return mayReceive(rules, destination.name) && includes(rules.toolArguments, kind);
  }
}

function mayReceive({ tools }: RestoreRules, tool: string | null): boolean {
  return tools === 'all' || (tool !== null && tools.includes(tool));
}

function includes(kinds: 'all' | readonly EntityKind[], kind: EntityKind): boolean {
  return kinds === 'all' || kinds.includes(kind);
}
