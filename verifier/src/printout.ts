/** A verification as text for people and as JSON for programs. */
import { escaped, shown } from './shown.ts';
import { checkpointName } from './log-consistency.ts';
import type { Check, CheckId, Finding, StatedCheckpoint, Verification } from './verdict.ts';

/** The name of each check, as it is printed. */
export const TITLES: Readonly<Record<CheckId, string>> = {
  schema: 'schema',
  canonical_form: 'canonical form',
  chain_links: 'chain links',
  chain_hmac: 'chain HMACs',
  merkle_leaves: 'Merkle leaves',
  merkle_root: 'Merkle root',
  counts: 'counts',
  journal_end: 'end of journal',
  times: 'times',
  policy_digest: 'policy digest',
  key_ids: 'key ids',
  seal_signature: 'seal signature',
  report_signature: 'report signature',
  head_signature: 'head signature',
  log_inclusion: 'account log',
  checkpoint_signature: 'checkpoint',
  log_consistency: 'log consistency',
  witnesses: 'witnesses',
  timestamps: 'timestamps',
  completeness: 'completeness',
  openings: 'openings',
  pdf_text: 'PDF text',
  origin: 'origin',
};

const CONCLUSIONS: Readonly<Record<Verification['outcome'], string>> = {
  authentic: 'authentic: all that was checked holds, signed with a trusted key',
  consistent: 'consistent, origin not checked',
  'not verifiable': 'NOT VERIFIABLE BY ITSELF: a report without its entries; ask for the bundle',
  'does not hold': 'DOES NOT HOLD',
  unreadable: 'UNREADABLE',
};

/** Lines for a terminal. `file` is the name to print. */
export function asText(file: string, verification: Verification): string {
  const lines = [shown(file)];
  if (verification.outcome === 'unreadable') {
    const { code, message, path, offset } = verification.problem;
    const place = [path === '' ? '' : ` at ${shown(path)}`, offset === null ? '' : `, character ${offset}`].join('');
    lines.push(`  ${message}${place} (${code})`);
  } else {
    for (const check of verification.checks) lines.push(...checkLines(check));
    if (verification.not_compared.length > 0)
      lines.push(`  stated, not compared: ${verification.not_compared.join(', ')}`);
    for (const path of verification.not_covered) lines.push(`  not covered by any signature: ${path}`);
  }
  return [...lines, `  => ${conclusion(verification)}`, ''].join('\n');
}

function conclusion(verification: Verification): string {
  const text = CONCLUSIONS[verification.outcome];
  const isOpen = verification.outcome !== 'unreadable' && verification.open.length > 0;
  return isOpen ? `${text}; open when made: later entries are not here` : text;
}

function checkLines({ id, verdict, reason, findings, omitted }: Check): readonly string[] {
  const more = omitted > 0 ? [`      and ${omitted} more`] : [];
  return [
    `  ${TITLES[id].padEnd(17)} ${verdict.padEnd(13)}  ${reason}`.trimEnd(),
    ...findings.flatMap(findingLines),
    ...more,
  ];
}

/** The lines that show a finding. */
export function findingLines({ message, entry, expected, found }: Finding): readonly string[] {
  const lines = [`      ${entry === undefined ? '' : `${entryText(entry)}: `}${message}`];
  if (expected !== undefined) lines.push(`        expected ${expected}`);
  if (found !== undefined) lines.push(`        found    ${found}`);
  return lines;
}

function entryText({ index, seq, event_id }: NonNullable<Finding['entry']>): string {
  const names = [seq === null ? '' : `seq ${seq}`, event_id ?? ''].filter((name) => name !== '');
  return `entry ${index}${names.length === 0 ? '' : ` (${names.join(', ')})`}`;
}

/** Two signed checkpoints of one log that cannot both be true. */
export type Fork = readonly [StatedCheckpoint, StatedCheckpoint];

/** Lines that show each fork between the files; nothing where there is none. */
export function forksAsText(forks: readonly Fork[]): string {
  return forks
    .map(([first, second]) =>
      [
        `FORK of the log ${shown(first.origin)}: one key signed two different trees of one size`,
        ...[first, second].map((each) => `  ${checkpointName(each)}`),
        '',
      ].join('\n'),
    )
    .join('');
}

/** The same as one JSON object; its fields are described in README.md. */
export function asJson(
  version: string,
  exitCode: number,
  files: ReadonlyMap<string, Verification>,
  forks: readonly Fork[],
): string {
  const results = [...files].map(([file, verification]) => ({ file, ...verification }));
  const text = JSON.stringify({ masker_verify: version, exit_code: exitCode, files: results, forks }, null, 2);
  // A text of the file is repeated here whole: no control character and no mark that turns the line may reach a terminal.
  return `${text.split('\n').map(escaped).join('\n')}\n`;
}
