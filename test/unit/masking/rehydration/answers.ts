/** Tokens, values and texts that the tests of rehydration are made of. */
import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { isEntityKind, type EntityKind } from '../../../../src/detection/kinds.ts';
import { RESTORE_ALL, type RestoreRules } from '../../../../src/masking/rehydration/destination.ts';
import { IssuedTokens } from '../../../../src/masking/rehydration/issued-tokens.ts';
import { Rehydrator } from '../../../../src/masking/rehydration/rehydrate.ts';
import { RehydrationCounts } from '../../../../src/masking/rehydration/rehydration-counts.ts';
import { base32Encode, formatToken, parseToken } from '../../../../src/tokens/grammar.ts';

export const vault = (kind: string, byte: number): string =>
  formatToken('MSKV1', kind, 'K_HEALTHCARE', base32Encode(Buffer.alloc(16, byte)));
const aead = (kind: string, bytes: number): string =>
  formatToken('MSK1', kind, 'K2', base32Encode(Buffer.alloc(bytes, 0x35)));

export const NAME = vault('NAME', 0x11);
export const PHONE = vault('PHONE', 0x22);
/** Differs from PHONE in its last characters only. */
export const PHONE_2 = PHONE.slice(0, -2) + (PHONE.endsWith('EI') ? 'EA' : 'EI');
export const QUOTED = vault('ADDRESS', 0x33);
/** Its value looks like a token of this session. */
export const NESTED = vault('OTHER_ID', 0x44);
export const SEALED = aead('NAME', 40);
/** SEALED is a prefix of it. */
export const SEALED_LONGER = aead('NAME', 60);

export const VALUES: ReadonlyMap<string, string> = new Map([
  [NAME, 'Maria Müller'],
  [PHONE, '555-0100'],
  [PHONE_2, '555-0199'],
  [QUOTED, '12 "Oak" St\\\nFlat 3 \u{1f600}'],
  [NESTED, `${PHONE} MSKV1.`],
  [SEALED, 'José'],
  [SEALED_LONGER, 'José María'],
]);
/** The kind in a token's own text. */
export function kindOf(token: string): EntityKind {
  const kind = parseToken(token)?.kind ?? '';
  return isEntityKind(kind) ? kind : 'OTHER_ID';
}

/** A session's index of these tokens. */
export function indexOf(values: ReadonlyMap<string, string>): IssuedTokens {
  return new IssuedTokens(new Map([...values].map(([token, value]) => [token, { kind: kindOf(token), value }])));
}
export const issued = indexOf(VALUES);

/** What restores an answer with these tokens. */
export function rehydrator(
  counts = new RehydrationCounts(),
  restore: RestoreRules = RESTORE_ALL,
  index = issued,
): Rehydrator {
  return new Rehydrator({ index, restore, counts });
}

export const refusals = (counts: RehydrationCounts): Record<string, number> =>
  Object.fromEntries(counts.refused.map(({ kind, reason, count }) => [`${kind} ${reason}`, count]));

export const FOREIGN = vault('SSN', 0x55);
export const FOREIGN_SEALED = aead('MRN', 33);
export const MALFORMED = `MSKV1.Phone.k-1.${'a0'.repeat(13)}`;

/** What a model may put between two letters of a token, or in the place of a separator. */
const noise = fc.constantFrom(
  '.',
  '_',
  '-',
  ' ',
  '\n',
  '**',
  '`',
  '\\',
  '\\_',
  '\u200b',
  '. ',
  ' dot ',
  ' underscore ',
  '[',
  '"',
  '',
);
const casing = fc.constantFrom(
  (text: string) => text,
  (text: string) => text.toLowerCase(),
  (text: string) => text.replace(/[A-Z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)),
);

/** The token in an altered spelling, which may be one that is tolerated or may not. */
export function altered(token: string): fc.Arbitrary<string> {
  const between = fc.array(fc.tuple(fc.nat(60), noise), { maxLength: 4 });
  return fc.tuple(noise, between, casing, fc.boolean()).map(([separator, inserted, cased, spelled]) => {
    const letters = cased(token.replaceAll('.', '\u0000')).replaceAll('\u0000', separator === '' ? '.' : separator);
    const characters = Array.from(letters);
    for (const [at, text] of inserted) characters.splice(at % characters.length, 0, text);
    return characters.join(spelled ? ' ' : '');
  });
}

/** A piece of an answer: tokens whole, altered, foreign, cut, and what is none of that. */
export const piece: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...VALUES.keys()),
  fc.constantFrom(...VALUES.keys(), FOREIGN).chain(altered),
  fc.constantFrom(
    FOREIGN,
    FOREIGN_SEALED,
    MALFORMED,
    'MSKV1.PHO',
    'MSKV1.PHONE.K_HEALTHCARE.',
    'MSK1.A.B.',
    'mskv1_ssn_k_x_',
  ),
  fc.constantFrom(
    ' ',
    'M',
    'm',
    'MS',
    'Ms. S',
    'MSK',
    'V1',
    '.',
    'A',
    '2',
    '1',
    '\n',
    '"',
    '\\',
    '\\"',
    '{"a":"',
    '"}',
    '{\\"b\\":\\"',
    'é',
  ),
  fc.constantFrom(
    '\u{1f600}',
    'I am ',
    '10 a.m. ',
    'K_',
    'https://x.y/?q=',
    'www.',
    'tel:',
    '](',
    ')',
    '\\u004d',
    '\\n',
  ),
  fc.tuple(fc.constantFrom(...VALUES.keys(), FOREIGN), fc.nat(70)).map(([token, length]) => token.slice(0, length)),
);
export const answer: fc.Arbitrary<string> = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));

/** `text` cut at the given places, taken modulo its length. Joined, the pieces are the text. */
export function cut(text: string, places: readonly number[]): string[] {
  const ends = [...new Set(places.map((place) => place % (text.length + 1)))].sort((a, b) => a - b);
  return [...ends, text.length].map((end, i) => text.slice(i === 0 ? 0 : ends[i - 1], end));
}
