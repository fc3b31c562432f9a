/** The way in which an e-mail address that was said is written. Pure. */
import { foldText } from '../../../detection/folding.ts';
import { normalise } from '../../../tokens/normalise.ts';
import { NONE, type WrittenForms } from './said.ts';

/** What callers say about the spelling, which is no part of the address. */
const ASIDES: readonly (readonly [RegExp, string])[] = [
  [/\b([a-z])[ ,]+(?:as in|like in) [a-z]+\b/g, '$1'],
  // "a for adam", but not "team a for life".
  [/\b([a-z])[ ,]+(?:is for|like|for) \1[a-z]*\b/g, '$1'],
  [/\b(?:capital|upper ?case) (?=[a-z]\b)/g, ' '],
  [/\b(?:(?:and )?(?:that's|that is|it's|it is) )?(?:all|in|all in) (?:one word|lower ?case|small letters)\b/g, ' '],
  [/\b(?:lower ?case|(?:with )?no (?:spaces?|dots?|punctuation))\b/g, ' '],
  [/\bthe (?:letter|number|digit)s? /g, ' '],
  [/\bthe word /g, ' '],
  // "at sign", but not "sign up".
  [/(?<=\b(?:at|dot|dash|hyphen|plus|underscore) )(?:symbol|sign) /g, ' '],
  [/\bdouble ([a-z]|zero|one|two|three|four|five|six|seven|eight|nine|\d)\b/g, '$1 $1'],
  [/\btriple ([a-z]|zero|one|two|three|four|five|six|seven|eight|nine|\d)\b/g, '$1 $1 $1'],
];
/** What is said of a character, or a number that is not read digit by digit: the address may be another. */
const UNREAD =
  /\b(?:double|triple|hundred|thousand|apostrophe|(?:underscore|dash|hyphen|dot) (?:underscore|dash|hyphen|dot))\b/;
/** A pause in speech; the comma of a written list is no part of an address either. */
const PAUSES = /[,;.](?=[\s.])|(?<=\.)\./g;
/** "maria, m a r i a": a word and its letters. */
const SPELLED_AGAIN = /\b(?<word>[a-z]{2,})(?<letters>(?:[\s-]+[a-z])+)(?![a-z])/g;

/** What people say as an address; RFC 5322 allows more. */
const ADDRESS = /^[a-z0-9](?:[._%+'-]?[a-z0-9_])*@(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z]{2,}$/;
const WRITTEN = /^[^\s@]+@[^\s@][^\s@.]*\.[^\s@]+$/;

export function emailForms(value: string): WrittenForms {
  const spoken = !value.includes('@');
  const text = spoken ? withoutAsides(value) : value;
  if (spoken && UNREAD.test(text)) return NONE;
  const form = normalise('EMAIL', text);
  return (spoken ? ADDRESS : WRITTEN).test(form) ? { spoken, asked: null, forms: [form] } : NONE;
}

function withoutAsides(value: string): string {
  const lower = foldText(value).text.toLowerCase();
  const plain = ASIDES.reduce((text, [aside, rest]) => text.replace(aside, rest), lower).replace(PAUSES, ' ');
  return plain.replace(SPELLED_AGAIN, (all: string, word: string, letters: string) =>
    letters.replace(/[^a-z]/g, '') === word ? word : all,
  );
}
