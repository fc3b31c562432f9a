import type { Report } from '../report.ts';
import { cell, code, heading, ruledTable, section } from './blocks.ts';
import type { Content } from './content.ts';
import { sessionList } from './integrity.ts';
import { COLOURS } from './theme.ts';

/** The appendix: sessions and agents, what the report does not show, and how to check it. `signer`: see `cover`. */
export function appendix(report: Report, attachment: string, signer: string | null): Content[] {
  return section('Appendix', 'The sessions and agents of this report, its limits, and how to check it.', [
    heading('Sessions'),
    sessionList(report),
    heading('Agents'),
    ruledTable(
      [170, '*', 110],
      ['Agent', 'Name', 'Open to anyone'],
      report.agents.map(({ id, name, open_to_anyone: isOpen }) => [
        code(id),
        cell(name),
        cell(isOpen ? 'yes' : 'no', isOpen ? { color: COLOURS.warn, bold: true } : {}),
      ]),
    ),
    heading('What this report does not show'),
    {
      stack: report.limits.map((text): Content => ({
        text: `•  ${text}`,
        style: 'cell',
        margin: [0, 0, 0, 5],
        lineHeight: 1.2,
      })),
    },
    heading('How to check it'),
    {
      stack: [
        `1.  Save the attachment ${attachment} from this document.`,
        '2.  Get the public key of the operator in another way than this document: by contract, or from an earlier time.',
        `3.  Run masker-verify ${attachment} --trusted-key KEY. It needs no network.`,
        '4.  Compare the Merkle root that it prints with the one on the first page.',
        ...(signer === null
          ? []
          : ['5.  Check the signature of this file in a PDF reader, or with pdfsig. masker-verify does not check it.']),
      ].map((text): Content => ({ text, style: 'cell', margin: [0, 0, 0, 5], lineHeight: 1.2 })),
    },
  ]);
}
