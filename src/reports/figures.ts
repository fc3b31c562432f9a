/** All figures of a report, taken from the entries in one pass. */
import type { ProvenEntry } from '../audit/chain.ts';
import { BaaFigures } from './baa-chain.ts';
import { LeakFigures } from './leak-figures.ts';
import { RedactionFigures } from './redaction-figures.ts';
import { TokenFigures } from './token-figures.ts';

export class ReportFigures {
  readonly redactions = new RedactionFigures();
  readonly tokens = new TokenFigures();
  readonly leaks = new LeakFigures();
  readonly baa = new BaaFigures();

  add(entry: ProvenEntry): void {
    this.redactions.add(entry);
    this.tokens.add(entry);
    this.leaks.add(entry);
    this.baa.add(entry);
  }
}
