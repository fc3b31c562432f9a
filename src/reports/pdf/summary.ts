import { SAFE_HARBOR_CATEGORIES } from '../../detection/kinds.ts';
import type { Report } from '../report.ts';
import type { Coverage } from '../safe-harbor.ts';
import { heading, pairs, section, sideBySide, statement, tiles } from './blocks.ts';
import type { Content } from './content.ts';
import { COLOURS } from './theme.ts';

const sum = (counts: Readonly<Record<string, number | undefined>>): number =>
  Object.values(counts).reduce<number>((total, value) => total + (value ?? 0), 0);

const LABEL = 122;

const value = (text: string | number): Content => ({ text: String(text), style: 'value' });

/** The executive summary. */
export function summary(report: Report): Content[] {
  const { sessions, leak_detection: leaks } = report;
  return section('Executive summary', 'The main figures of this report. Each is explained in a section of its own.', [
    tiles([
      ['Sessions', sessions.length],
      ['Redactions', sum(report.redactions_by_kind)],
      ['Requests searched', leaks.searched_requests],
      ['Requests refused', leaks.blocked_requests],
    ]),
    statement(
      leaks.blocked_requests === 0
        ? 'Every journal in this report verifies from its first entry to its last. No request had to be refused for a known value in it.'
        : 'Every journal in this report verifies from its first entry to its last. Requests that still held a known value were refused and did not leave.',
      leaks.blocked_requests === 0 ? COLOURS.good : COLOURS.warn,
    ),
    sideBySide(
      [heading('Calls'), callFigures(report), heading('Safe Harbor categories'), categoryFigures(report)],
      [heading('Tokens'), tokenFigures(report)],
    ),
  ]);
}

function callFigures({ sessions, audit }: Report): Content {
  const withStatus = (status: string): number => sessions.filter((session) => session.status === status).length;
  const sealed = sessions.filter(({ sealed_at: at }) => at !== null).length;
  return pairs(
    [
      ['Sessions sealed', value(sealed)],
      ['Sessions still open', value(sessions.length - sealed)],
      ['Status ok', value(withStatus('ok'))],
      ['Status partial', value(withStatus('partial'))],
      ['Status error', value(withStatus('error'))],
      ['Journal entries', value(audit.event_count)],
    ],
    LABEL,
  );
}

function categoryFigures({ safe_harbor_coverage: coverage }: Report): Content {
  const covered = (status: Coverage): number =>
    SAFE_HARBOR_CATEGORIES.filter((name) => coverage[name] === status).length;
  return pairs(
    [
      ['Categories full', value(covered('full'))],
      ['Categories partial', value(covered('partial'))],
      ['Categories in progress', value(covered('in_progress'))],
      ['Categories not applicable', value(covered('not_applicable'))],
    ],
    LABEL,
  );
}

function tokenFigures({ tokens }: Report): Content {
  return pairs(
    [
      ['Scheme', value(tokens.scheme)],
      ['Tokens issued', value(tokens.issued)],
      ['Returned exactly', value(tokens.returned_exact)],
      ['Returned repaired', value(tokens.returned_repaired)],
      ['Not returned', value(tokens.not_returned)],
      ['Unknown tokens', value(tokens.unknown)],
      ['Refused tokens', value(tokens.refused)],
      ['Refused as outside the turn', value(tokens.outside_turn)],
      ['Withheld by policy', value(tokens.withheld)],
    ],
    LABEL,
  );
}
