/** What came of the tokens of a session. See docs/proxy.md, Restoring values. */
import { builder } from './builder.ts';

/** The counters of a session's row. */
export interface TokenCounters {
  readonly tokensIssued: number;
  readonly tokensExact: number;
  readonly tokensRepaired: number;
  readonly tokensUnknown: number;
  readonly tokensRefused: number;
  readonly tokensWithheld: number;
  readonly tokensOutsideTurn: number;
}

export const TokenAccountType = builder.objectRef<TokenCounters>('TokenAccount').implement({
  description: 'What came of the tokens of a session. Always: issued = returnedExact + returnedRepaired + notReturned.',
  fields: (t) => ({
    issued: t.exposeInt('tokensIssued', {
      description:
        'Different tokens that were made for values of the session, or taken over from the one that it continues.',
    }),
    returnedExact: t.exposeInt('tokensExact', { description: 'Of these, those that the model gave back as issued.' }),
    returnedRepaired: t.exposeInt('tokensRepaired', {
      description: 'Those that it gave back in an altered spelling only, and that were restored.',
    }),
    notReturned: t.int({
      description: 'Those that it has not given back so far.',
      resolve: ({ tokensIssued, tokensExact, tokensRepaired }) => tokensIssued - tokensExact - tokensRepaired,
    }),
    unknown: t.exposeInt('tokensUnknown', {
      description: 'Occurrences of tokens that the session did not issue. Each became [REDACTED:KIND].',
    }),
    refused: t.exposeInt('tokensRefused', {
      description:
        'Occurrences that were malformed, fitted more than one token of the turn, or stood outside of the turn’s request.',
    }),
    outsideTurn: t.exposeInt('tokensOutsideTurn', {
      description: 'Of the refused, occurrences of tokens of this session that did not stand in the turn’s request.',
    }),
    withheld: t.exposeInt('tokensWithheld', {
      description: 'Occurrences of issued tokens where the policy lets none return.',
    }),
  }),
});
