/** Entries against their recorded leaf hashes, and against the Merkle roots that were stated. docs/audit-format.md, Tree. */
import { toHex } from './bytes.ts';
import type { Bundle } from './bundle.ts';
import type { EntryList } from './entry-list.ts';
import { leafHash, merkleRoot } from './merkle.ts';
import type { Report } from './report.ts';
import { counted } from './shown.ts';
import { Findings, notChecked, type Check } from './verdict.ts';

/** Whether each entry is stored in RFC 8785 form: the one text that its hashes are over. */
export function checkCanonicalForm({ entries }: Bundle): Check {
  if (entries === null) return notChecked('canonical_form', 'the file holds no entries');
  const findings = new Findings();
  for (const entry of entries) {
    if (!entry.canonical) findings.add('not_canonical', 'the entry is not in RFC 8785 form', { entry: entry.name });
  }
  return findings.conclude('canonical_form', counted(entries.length, 'entry', 'entries'));
}

/** Whether each entry still has the leaf hash that was recorded when it was appended. Names the entry that changed. */
export function checkLeaves({ entries, leafHashes }: Bundle): Check {
  if (entries === null) return notChecked('merkle_leaves', 'the file holds no entries');
  if (leafHashes === null) return notChecked('merkle_leaves', 'the file holds no leaf hashes');
  const findings = new Findings();
  findings.compare(
    'wrong_leaf_count',
    'there is not one leaf hash for each entry',
    String(entries.length),
    String(leafHashes.length),
  );
  let index = 0;
  for (const entry of entries) {
    const message = 'the entry is not what it was when its leaf hash was recorded';
    findings.compare('wrong_leaf_hash', message, leafHashes.at(index) ?? 'a leaf hash', toHex(entry.leaf), entry);
    index += 1;
  }
  return findings.conclude('merkle_leaves', counted(entries.length, 'entry', 'entries'));
}

interface StatedRoot {
  readonly session_id: string;
  readonly merkle_root_hex: string;
  readonly by: string;
}

/** Whether the roots that seals and the report state are the roots of the entries. Needs no secret. */
export function checkRoots({ entries, sessions, seals, report }: Bundle): Check {
  if (entries === null) return notChecked('merkle_root', 'the file holds no entries');
  const reported = report?.report ?? null;
  const roots: StatedRoot[] = [
    ...seals.map(({ seal }) => ({ ...seal, by: 'the seal' })),
    ...(reported === null ? [] : reportedRoots(reported)),
  ];
  if (roots.length === 0 && reported === null) return notChecked('merkle_root', 'no seal and no report states a root');
  const findings = new Findings();
  const computed = new Map<string, Uint8Array>();
  for (const { session_id, merkle_root_hex, by } of roots) {
    const chain = sessions.get(session_id);
    if (chain === undefined) continue; // named by checkCounts
    const root = computed.get(session_id) ?? rootOf(chain);
    computed.set(session_id, root);
    findings.compare(
      'wrong_root',
      `the root that ${by} states is not the root of the entries of ${session_id}`,
      merkle_root_hex,
      toHex(root),
    );
  }
  if (reported !== null && reported.scope !== 'session') compareRootOfRoots(reported, computed, findings);
  const reason = `${counted(roots.length, 'stated root')} over ${counted(entries.length, 'entry', 'entries')}`;
  const uncovered = [...sessions.keys()].filter((id) => !computed.has(id)).length;
  if (uncovered > 0)
    return findings.concludePartly('merkle_root', `no root is stated for ${counted(uncovered, 'session')}`);
  return findings.conclude('merkle_root', reason);
}

/** The roots of single sessions that the report states. */
function reportedRoots({ scope, session_id, merkle_root_hex, sessions }: Report): readonly StatedRoot[] {
  const own = scope === 'session' && session_id !== null ? [{ session_id, merkle_root_hex, by: 'the report' }] : [];
  const each = sessions.flatMap(({ id, merkle_root_hex: root }) =>
    root === null ? [] : [{ session_id: id, merkle_root_hex: root, by: 'the report, in sessions,' }],
  );
  return [...own, ...each];
}

/** In a report of many sessions: the tree whose leaves are the roots of the sessions, in the order of the report. */
function compareRootOfRoots(
  { sessions, merkle_root_hex }: Report,
  roots: ReadonlyMap<string, Uint8Array>,
  findings: Findings,
): void {
  const leaves = sessions.flatMap(({ id }) => {
    const root = roots.get(id);
    return root === undefined ? [] : [leafHash(root)];
  });
  if (leaves.length < sessions.length) return; // named by checkCounts
  const message = 'the root that the report states is not the root over the roots of its sessions';
  findings.compare('wrong_root', message, merkle_root_hex, toHex(merkleRoot(leaves)));
}

function rootOf(chain: EntryList): Uint8Array {
  return merkleRoot(leavesOf(chain));
}

function* leavesOf(chain: EntryList): Generator<Uint8Array> {
  for (const { leaf } of chain) yield leaf;
}
