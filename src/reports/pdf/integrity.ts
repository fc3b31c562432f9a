import type { SignedSeal } from '../../audit/seal.ts';
import type { Report, ReportedSession } from '../report.ts';
import { cell, code, count, heading, note, pairs, ruledTable, section } from './blocks.ts';
import type { Content, TextNode } from './content.ts';
import { COLOURS } from './theme.ts';

const value = (text: string | number): Content => ({ text: String(text), style: 'value' });
/** Seals that are shown with all their fields; those of more sessions are in the attachment. */
const SEALS_IN_FULL = 10;

const STATUS: Readonly<Record<ReportedSession['status'], string>> = {
  ok: COLOURS.good,
  partial: COLOURS.warn,
  error: COLOURS.bad,
};

/** Base64 of 64 bytes, on one line. */
const signature = (text: string): Content => ({ text, style: 'signature', noWrap: true });

function sealBlock({ seal, signature: signed }: SignedSeal): Content {
  return {
    stack: [
      pairs([
        ['Seal of session', code(seal.session_id)],
        ['Started at', value(seal.started_at)],
        ['Sealed at', value(seal.sealed_at)],
        ['Status', value(seal.status)],
        ['Sealed entries', value(seal.event_count)],
        ['Last hash', code(seal.last_hash)],
        ['Merkle root', code(seal.merkle_root_hex)],
        ['Policy digest', code(seal.policy_digest)],
        ['Signing key ID', code(signed.key_id)],
        [`Signature (${signed.alg})`, signature(signed.sig)],
      ]),
    ],
    margin: [0, 0, 0, 14],
    unbreakable: true,
  };
}

function seals({ seals: signed }: Report): Content[] {
  if (signed.length === 0) return [note('No session of this report was sealed when it was made.')];
  if (signed.length > SEALS_IN_FULL)
    return [
      note(
        'The seals stand in the attached bundle or report, one for each sealed session. Their roots are those of the sessions in the appendix.',
      ),
    ];
  return signed.map(sealBlock);
}

function heads({ anchored_heads: anchored }: Report): Content[] {
  if (anchored.length === 0) return [note('No session of this report has a signed head.')];
  return [
    ruledTable(
      [150, 50, '*'],
      ['Session', 'Entries', 'Signed at'],
      anchored
        .slice(0, SEALS_IN_FULL)
        .map(({ head, anchor }) => [code(head.session_id), count(head.event_count), cell(anchor.ts)]),
    ),
    ...(anchored.length > SEALS_IN_FULL ? [note('The others stand in the attachment.')] : []),
  ];
}

/** The platforms' own records of the calls. */
function completeness({ completeness: found }: Report): Content[] {
  return [
    heading('Completeness'),
    note(found.statement),
    pairs([
      ['Sessions compared', value(found.sessions_compared)],
      ['Sessions not compared', value(found.sessions_not_compared)],
      ['Messages matched', value(found.matched)],
      ['Messages unseen', value(found.unseen)],
      ['Unseen behind the last match', value(found.unseen_at_end)],
      ['Answers only here', value(found.only_ours)],
      ['Messages excluded', value(found.excluded)],
      ['Not comparable', value(found.unknown)],
    ]),
  ];
}

/** Audit integrity. */
export function integrity(report: Report): Content[] {
  const { audit, signature: signed } = report;
  return section(
    'Audit integrity',
    'Each journal was read from its first entry to its last when this report was made: every entry was verified against its keyed hash and its Merkle leaf. A journal that does not verify makes no report.',
    [
      pairs([
        ['Status of the journals', value(audit.status)],
        ['Journal entries', value(audit.event_count)],
        ['First hash', audit.first_hash === null ? value('none') : code(audit.first_hash)],
        ['Last hash', audit.last_hash === null ? value('none') : code(audit.last_hash)],
        ['Merkle root', code(report.merkle_root_hex)],
        ['Report signing key ID', code(signed.key_id)],
        [`Report signature (${signed.alg})`, signature(signed.sig)],
      ]),
      heading('Seals'),
      ...seals(report),
      ...completeness(report),
      heading('Signed heads of journals'),
      ...heads(report),
    ],
  );
}

/** Sessions of one text: the layout takes one text of many lines in a fraction of the time of as many rows of a table. */
const AT_ONCE = 20;

const padded = (value: number): string => String(value).padStart(5);

function sessionLines(session: ReportedSession): TextNode[] {
  return [
    {
      text: `${session.id}  started ${session.started_at}  sealed ${session.sealed_at ?? 'no, it is open'}\n`,
      color: COLOURS.ink,
    },
    { text: `  status ` },
    { text: session.status.padEnd(8), color: STATUS[session.status], bold: true },
    {
      text: `turns ${padded(session.turns)}   redactions ${padded(session.redaction_count)}   entries ${padded(session.event_count)}\n`,
    },
    { text: `  root ${session.merkle_root_hex}\n\n`, color: COLOURS.quiet },
  ];
}

/** The sessions of the report, one by one. */
export function sessionList({ sessions }: Report): Content {
  if (sessions.length === 0) return note('No session began within the window.');
  const texts: Content[] = [];
  for (let at = 0; at < sessions.length; at += AT_ONCE)
    texts.push({
      text: sessions.slice(at, at + AT_ONCE).flatMap(sessionLines),
      style: 'mono',
      preserveLeadingSpaces: true,
    });
  return { stack: texts };
}
