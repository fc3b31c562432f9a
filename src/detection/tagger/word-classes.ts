/**
 * Closed classes of words that the tagger's features generalise over: "n1 n1 n1" is a run of spoken digits whatever the
 * digits are. One letter or two a class; a class's number is its place in the table.
 */

import { COUNTRIES, STATES, STREET_KINDS } from '../vocabulary/places.ts';
import { DIGIT_WORDS, ORDINAL_WORDS, REPEAT_WORDS, TEEN_WORDS, TENS_WORDS } from '../spoken/numbers.ts';
import type { Word } from '../words.ts';

/** Classes of words; digits of one to six and more are classes of their own. */
export const WORD_CLASS = {
  word: 0,
  mark: 1,
  digit: 2,
  teen: 3,
  tens: 4,
  ordinal: 5,
  repeat: 6,
  scale: 7,
  letter: 8,
  month: 9,
  weekday: 10,
  state: 11,
  country: 12,
  street: 13,
  title: 14,
  relation: 15,
  unit: 16,
  filler: 17,
  possessive: 18,
  stop: 19,
  separator: 20,
  pronoun: 21,
  /** Six classes from here on: written digits, by how many. */
  digits: 24,
} as const;

const words = (text: string): readonly string[] => text.split(' ');

const TABLE: ReadonlyMap<string, number> = new Map(
  (
    [
      [words('. , ! ? ; :'), WORD_CLASS.stop],
      [words('- / @ _ + # ( ) dash hyphen slash dot underscore point at'), WORD_CLASS.separator],
      [words('i me my he him his she her we our they their you your'), WORD_CLASS.pronoun],
      [words('uh um uhm er erm ah hmm mm okay ok yeah yes yep'), WORD_CLASS.filler],
      [
        words(
          'mg ml mcg milligrams milligram milliliters units percent dollars dollar cents pounds kilos inches feet hours hour minutes minute days day weeks week months month years year tablets pills puffs times oclock am pm degrees',
        ),
        WORD_CLASS.unit,
      ],
      [
        words(
          'husband wife spouse partner son daughter mother mom father dad brother sister grandmother grandfather grandma grandpa uncle aunt cousin nephew niece friend neighbor boyfriend girlfriend caregiver',
        ),
        WORD_CLASS.relation,
      ],
      [words('mr mrs ms miss mister dr doctor prof professor missus nurse sir madam'), WORD_CLASS.title],
      [[...STREET_KINDS, ...words('apartment apt suite unit county town village')], WORD_CLASS.street],
      [[...COUNTRIES], WORD_CLASS.country],
      [[...STATES.keys()], WORD_CLASS.state],
      [
        words(
          'monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun today tomorrow yesterday tonight',
        ),
        WORD_CLASS.weekday,
      ],
      [
        words(
          'january february march april may june july august september october november december jan feb mar apr jun jul aug sept sep oct nov dec',
        ),
        WORD_CLASS.month,
      ],
      [words('hundred thousand million'), WORD_CLASS.scale],
      [[...REPEAT_WORDS.keys()], WORD_CLASS.repeat],
      [[...ORDINAL_WORDS.keys()], WORD_CLASS.ordinal],
      [[...TENS_WORDS.keys()], WORD_CLASS.tens],
      [[...TEEN_WORDS.keys()], WORD_CLASS.teen],
      [[...DIGIT_WORDS.keys()].filter((word) => word !== 'o'), WORD_CLASS.digit],
    ] as const
  ).flatMap(([members, wordClass]) => members.map((member) => [member, wordClass] as const)),
);

/** The class of a word. */
export function classOf(word: Word): number {
  if (word.type === 'digits') return WORD_CLASS.digits + Math.min(word.text.length, 6) - 1;
  if (word.type === 'ordinal') return WORD_CLASS.ordinal;
  if (word.lower === "'s") return WORD_CLASS.possessive;
  const known = TABLE.get(word.lower);
  if (known !== undefined) return known;
  if (word.type === 'mark') return WORD_CLASS.mark;
  return word.text.length === 1 ? WORD_CLASS.letter : WORD_CLASS.word;
}

/** How many digits a class of words stands for; 0 for the others. */
export function digitsOf(wordClass: number, length: number): number {
  if (wordClass >= WORD_CLASS.digits) return length;
  if (wordClass === WORD_CLASS.digit || wordClass === WORD_CLASS.repeat) return 1;
  return wordClass === WORD_CLASS.teen || wordClass === WORD_CLASS.tens ? 2 : 0;
}

/**
 * Words that say what comes up to eight words later ("my number, if you need it, is ..."), each a group of its own by the
 * first word of its line.
 */
export const CUE_GROUPS: ReadonlyMap<string, number> = new Map(
  [
    'name names called named',
    'card visa mastercard amex debit credit discover',
    'phone number call cell mobile reach text telephone callback',
    'email mail e-mail',
    'address live lives living moved',
    'street city town county',
    'born birth birthday dob',
    'account checking savings routing bank iban',
    'ssn social security',
    'member policy insurance group subscriber plan',
    'mrn record chart',
    'zip postal',
    'license licence passport npi dea plate vin permit',
    'confirmation claim reference order tracking case ticket prescription rx invoice',
    'spell spelled spelling',
    'last first surname middle maiden',
    'appointment surgery visit scheduled discharged admitted',
    'doctor physician provider nurse',
    'patient caller customer',
    'serial device imei model',
    'website site url link www',
    'ip server network router',
    'mg milligrams dose tablet twice daily',
    'pressure over rate level range',
    'dollars dollar cost copay price balance',
    'hospital clinic pharmacy office center',
  ].flatMap((line, group) => line.split(' ').map((word) => [word, group + 1] as const)),
);
