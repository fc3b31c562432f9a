import { paymentCard } from '../checksums.ts';
import type { Recogniser } from '../recogniser.ts';
import { findByShape, findClaimed } from './claimed-codes.ts';
import { hasPlus } from './phone.ts';

/** Payment cards: an issuer's prefix with Luhn, or anything that a cue calls a card, its last four digits and its security code. */
export const creditCard: Recogniser = {
  name: 'credit_card',
  passes: ['regex'],
  find: (reading) => [
    ...findClaimed(reading, 'CREDIT_CARD', 'credit_card', (code) => paymentCard(code.chars)),
    ...findByShape(
      reading,
      'CREDIT_CARD',
      'credit_card.luhn',
      (code) => !code.quantity && !hasPlus(reading, code) && paymentCard(code.chars),
      { confidence: 0.95, validated: true },
    ),
  ],
};
