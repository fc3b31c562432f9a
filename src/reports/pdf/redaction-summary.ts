import type { Report } from '../report.ts';
import { bars, heading, pairs, section, statement } from './blocks.ts';
import type { Content } from './content.ts';
import { COLOURS } from './theme.ts';

/** The redaction summary, with its charts. */
export function redactionSummary({
  redactions_by_kind: byKind,
  redactions_by_pass: byPass,
  tokens,
}: Report): Content[] {
  const total = Object.values(byKind).reduce((sum, value) => sum + value, 0);
  return section('Redaction summary', 'What was replaced, by kind of identifier and by the method that found it.', [
    pairs([['Redactions in all', { text: String(total), style: 'value' }]]),
    heading('By kind'),
    bars(byKind, 'Nothing was replaced.'),
    heading('By detection pass'),
    bars(byPass, 'Nothing was replaced.', COLOURS.ink),
    heading('By scheme of the token'),
    bars(tokens.redactions_by_scheme, 'No token was made.', COLOURS.quiet),
    heading('What the scheme means under 45 CFR 164.514(c)'),
    statement(tokens.reidentification),
  ]);
}
