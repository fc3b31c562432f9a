/** Sections on what could have got out: card numbers, leaks, what is kept, and who got what. */
import type { BaaLink } from '../baa-chain.ts';
import type { Report } from '../report.ts';
import {
  bars,
  cell,
  heading,
  named,
  note,
  pairs,
  ruledTable,
  section,
  shortSection,
  statement,
  words,
} from './blocks.ts';
import type { Content } from './content.ts';
import { COLOURS } from './theme.ts';

const value = (text: string | number): Content => ({ text: String(text), style: 'value' });

/** PCI DSS scope. */
export function cardScope({ pci_dss: cards }: Report): Content[] {
  const colour = { none_found: COLOURS.good, replaced: COLOURS.good, forwarded: COLOURS.bad }[cards.cardholder_data];
  return section('PCI DSS scope', 'Card numbers (PAN) in the requests, and which party handled them.', [
    statement(cards.statement, colour),
    pairs([
      ['Cardholder data', value(words(cards.cardholder_data))],
      ['Card numbers replaced', value(cards.replaced)],
      ['Card numbers let through', value(cards.forwarded)],
      ['Card numbers in refused requests', value(cards.blocked)],
    ]),
  ]);
}

/** Leak detection. */
export function leakDetection({ leak_detection: leaks }: Report): Content[] {
  return [
    shortSection(
      'Leak detection',
      'Before a request leaves, its bytes are searched once more for every value that the call gave away, by code that shares nothing with detection. A request with a hit is refused.',
      [
        pairs([
          ['Requests searched', value(leaks.searched_requests)],
          ['Requests refused', value(leaks.blocked_requests)],
        ]),
        heading('Suspected values in refused requests, by kind'),
        bars(leaks.suspected_by_kind, 'None.', COLOURS.warn),
      ],
    ),
  ];
}

/** Retention attestation. */
export function retention({ retention_attestation: kept }: Report): Content[] {
  return [
    shortSection('Retention attestation', 'What was kept of these calls when the report was made.', [
      statement(kept.statement),
      pairs([
        ['Journal retention', value(kept.journal.retention)],
        ['Sessions with a data key', value(kept.vault.sessions_with_key)],
        ['Sessions without a data key', value(kept.vault.sessions_without_key)],
        ['Values in the vault', value(kept.vault.values_stored)],
        ['Turns with payloads kept', value(kept.payloads.turns_stored)],
        ['Days that payloads are kept', value(kept.payloads.retention_days)],
      ]),
    ]),
  ];
}

function linkRow({ role, name, receives, requests, models, agreement }: BaaLink): Content[] {
  return [
    cell(named(role), { bold: true, color: COLOURS.ink }),
    {
      stack: [
        cell(name ?? 'not named in the journal'),
        ...models.map((model) => cell(model, { color: COLOURS.quiet })),
      ],
    },
    cell(receives === 'phi' ? 'PHI in clear' : 'masked text', {
      color: receives === 'phi' ? COLOURS.warn : COLOURS.good,
      noWrap: true,
    }),
    cell(requests === null ? '–' : String(requests), { alignment: 'right' }),
    cell(words(agreement), { noWrap: true }),
  ];
}

/** The chain of business associates. */
export function baaChain({ baa_chain: links }: Report): Content[] {
  return [
    shortSection(
      'BAA chain',
      'Who got something of these calls, from the caller outwards. Each party that gets PHI needs a business associate agreement (45 CFR 164.504(e)).',
      [
        ruledTable(
          ['auto', '*', 'auto', 'auto', 'auto'],
          ['Role', 'Name and models', 'Receives', 'Requests', 'Agreement'],
          links.map(linkRow),
        ),
        note('Masker keeps no contracts: whether an agreement is in force has to be shown by other documents.'),
      ],
    ),
  ];
}
