import { createHash } from 'node:crypto';
import type { Report } from '../report.ts';
import { code, pairs, section } from './blocks.ts';
import type { Content } from './content.ts';
import { COLOURS } from './theme.ts';

/** Characters of a line of the policy that fit on the page. */
const LINE = 108;

/** A line in pieces that fit: cut here, at a space where there is one, rather than anywhere by the layout. */
function fitting(line: string): string[] {
  const pieces: string[] = [];
  let rest = line;
  while (rest.length > LINE) {
    const at = rest.lastIndexOf(' ', LINE);
    const end = at > LINE / 2 ? at : LINE;
    pieces.push(rest.slice(0, end));
    rest = `    ${rest.slice(end).trimStart()}`;
  }
  return [...pieces, rest];
}

/** The configuration snapshot: the policy in force. */
export function configuration({ policy_snapshot: policy, detector }: Report): Content[] {
  const lines = policy.replace(/\n$/, '').split(/\r?\n/).flatMap(fitting);
  const digest = createHash('sha256').update(policy, 'utf8').digest('hex');
  return section(
    'Configuration snapshot',
    'The mask policy in force when the newest session of this report began, word for word.',
    [
      pairs([
        ['Policy digest (SHA-256)', code(digest)],
        ['Detector version', { text: detector.version, style: 'value' }],
      ]),
      {
        table: {
          widths: ['*'],
          body: [
            [
              {
                stack: lines.map((line): Content => ({
                  text: line === '' ? ' ' : line,
                  style: 'policy',
                  preserveLeadingSpaces: true,
                  noWrap: true,
                })),
                fillColor: COLOURS.wash,
              },
            ],
          ],
        },
        layout: {
          hLineWidth: () => 0,
          vLineWidth: () => 0,
          paddingLeft: () => 12,
          paddingRight: () => 12,
          paddingTop: () => 8,
          paddingBottom: () => 8,
        },
        margin: [0, 12, 0, 0],
      },
    ],
  );
}
