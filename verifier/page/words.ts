/** What the page says in plain words: of each outcome, and of each check. */
import type { CheckId, Verification, Verdict } from '../src/verify.ts';

/** Headline and explanation of an outcome. `tone` picks the colour and the sign. */
export interface OutcomeWords {
  readonly headline: string;
  readonly meaning: string;
  readonly tone: 'good' | 'neutral' | 'bad';
}

export const OUTCOMES: Readonly<Record<Verification['outcome'], OutcomeWords>> = {
  authentic: {
    headline: 'Authentic',
    meaning: 'Everything that was checked holds, and it is signed with the key that you gave.',
    tone: 'good',
  },
  consistent: {
    headline: 'Consistent, origin not checked',
    meaning: 'Everything that was checked fits together. Give the operator’s public key to learn who made the file.',
    tone: 'neutral',
  },
  'not verifiable': {
    headline: 'Not verifiable by itself',
    meaning: 'This is a report without its journal. Ask the operator for the bundle.',
    tone: 'neutral',
  },
  'does not hold': {
    headline: 'Does not hold',
    meaning:
      'At least one check failed: the file was altered, or it does not match the key or the requirements that you gave. The checks say which.',
    tone: 'bad',
  },
  unreadable: {
    headline: 'Unreadable',
    meaning: 'The file is damaged, or is neither a bundle nor a report. Nothing was checked.',
    tone: 'bad',
  },
};

export const VERDICTS: Readonly<Record<Verdict, { readonly sign: string; readonly style: string }>> = {
  holds: { sign: '✓', style: 'good' },
  'does not hold': { sign: '✕', style: 'bad' },
  'not checked': { sign: '–', style: 'open' },
};

/** What each check shows where it holds. */
export const STATEMENTS: Readonly<Record<CheckId, string>> = {
  schema: 'Every field is what the format says',
  canonical_form: 'Each entry is stored in its one exact form',
  chain_links: 'No entry was removed, added or moved',
  chain_hmac: 'The holder of the audit key wrote the entries',
  merkle_leaves: 'Each entry is as it was when it was written',
  merkle_root: 'The journal is the one that was sealed',
  counts: 'The numbers of the report agree with the journal',
  journal_end: 'The end of the journal was not cut off',
  times: 'The times run forwards',
  policy_digest: 'The rules in the report are those that were in force',
  key_ids: 'The keys are named correctly',
  seal_signature: 'The seal of the call is signed',
  report_signature: 'The report is signed',
  head_signature: 'Open journals have a signed length',
  log_inclusion: 'The sealed call is in the account’s log',
  checkpoint_signature: 'The log signed its state',
  log_consistency: 'The log only grew since you last looked',
  witnesses: 'The witnesses that you ask for signed this state of the log',
  timestamps: 'An authority that you trust vouches for when the call was in the log',
  completeness: 'What the report says of the platform’s own record of the call stands in the log of the account',
  openings: 'Each part of the report that is shown is the part that was signed; the rest is closed',
  pdf_text: 'The pages of the PDF say what the file attached to it says',
  origin: 'Everything is signed with the key that you trust',
};
