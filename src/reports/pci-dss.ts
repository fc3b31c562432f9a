/** What a report says of payment cards: which requests were within the scope of PCI DSS. */
import type { LeakDetection } from './leak-figures.ts';
import type { RedactionFigures } from './redaction-figures.ts';

export interface PciDss {
  /**
   * `none_found`: no card number was found; `replaced`: each that was found was replaced before the request left;
   * `forwarded`: the policy let some through.
   */
  readonly cardholder_data: 'none_found' | 'replaced' | 'forwarded';
  /** Card numbers that were replaced. */
  readonly replaced: number;
  /** Card numbers that were found and that the policy let through. */
  readonly forwarded: number;
  /** Card numbers in requests that were refused. */
  readonly blocked: number;
  readonly statement: string;
}

const STATEMENTS: Readonly<Record<PciDss['cardholder_data'], string>> = {
  none_found:
    'No card number (PAN) was found in the requests. Detection may miss one: see the measured coverage of category J.',
  replaced:
    'Each card number (PAN) that was found was replaced before the request left for the model provider. Masker itself, its vault and the voice platform handle card numbers and are in scope of PCI DSS.',
  forwarded:
    'The mask policy let card numbers (PAN) through to the model provider, which is then in scope of PCI DSS like Masker and the voice platform.',
};

/** The section on payment cards. */
export function pciDss(
  { byKind, passedByKind }: Pick<RedactionFigures, 'byKind' | 'passedByKind'>,
  { suspected_by_kind: suspected }: LeakDetection,
): PciDss {
  const replaced = byKind.CREDIT_CARD ?? 0;
  const forwarded = passedByKind.CREDIT_CARD ?? 0;
  const blocked = suspected.CREDIT_CARD ?? 0;
  const found = forwarded > 0 ? 'forwarded' : replaced + blocked > 0 ? 'replaced' : 'none_found';
  return { cardholder_data: found, replaced, forwarded, blocked, statement: STATEMENTS[found] };
}
