/** Names that are words, by a remark on them: "day is the last name", "brown with an e", "look under long", "me and hope". */
import type { Reading } from '../reading.ts';
import type { Finding } from '../recogniser.ts';
import { isLetterWord } from '../spoken/alphabet.ts';
import { COMMON_WORDS } from '../vocabulary/common-words.ts';
import { GIVEN_NAMES } from '../vocabulary/given-names.ts';
import { ADJECTIVE_NAMES, FAMILY_WORDS, GIVEN_WORDS } from '../vocabulary/word-names.ts';
import type { Word } from '../words.ts';
import { isDoer } from './deed-name.ts';
import { KIN } from './name-frame.ts';
import { wordsFinding } from './ranges.ts';

/** Finds them in one pass, by the word that is the name. */
export function findRemarkedNames(reading: Reading): Finding[] {
  const { words } = reading;
  const findings: Finding[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (word?.type !== 'letters' || word.text.length < 2) continue;
    const isName = NAME_WORDS.has(word.lower) ? isRemarked(words, at) : isIrish(words, at) || isCalledName(words, at);
    if (isName) findings.push(wordsFinding(reading, at, at, 'NAME', 'name.remark', 0.76));
  }
  return findings;
}

/** One look-up a word rules out most of them. */
const NAME_WORDS: ReadonlySet<string> = new Set([...GIVEN_WORDS, ...FAMILY_WORDS, ...GIVEN_NAMES]);

/** What begins like an Irish family name and is none. */
const NOT_IRISH = /^o'(?:clock|hare|charley|lantern)/;

/** "o'shea", "O'Brien": a form that only family names have. */
function isIrish(words: readonly Word[], at: number): boolean {
  const lower = words[at]?.lower ?? '';
  return lower.startsWith("o'") && lower.length > 4 && !NOT_IRISH.test(lower) && words[at + 1]?.lower !== 'auto';
}

function isRemarked(words: readonly Word[], at: number): boolean {
  return (
    isCalledName(words, at) ||
    isSpeltWith(words, at) ||
    isLookedUnder(words, at) ||
    (GIVEN_WORDS.has(words[at]?.lower ?? '') &&
      (isDoer(words, at) ||
        isSaidToBeKin(words, at) ||
        isBesideSpeaker(words, at) ||
        isSomewhere(words, at) ||
        isWaitedFor(words, at) ||
        isSpokenWith(words, at)))
  );
}

const FILLERS = /^(?:um|uh|er|yeah|yes|no|okay|ok|so|well|oh|and|but|because|think|actually)$/;

/** Whether a clause begins with the word. */
function begins(words: readonly Word[], at: number): boolean {
  const before = words[at - 1];
  return (
    before === undefined || words[at]?.newLine === true || /^[.,;:?!]$/.test(before.text) || FILLERS.test(before.lower)
  );
}

function ends(word: Word | undefined): boolean {
  return word === undefined || word.newLine || /^[.,;?!]$/.test(word.text);
}

const WHOSE = /^(?:my|his|her|our|their|the|your)$/;
const WHICH = /^(?:last|first|middle|maiden|family|given|full|married|legal)$/;

/** "day is the last name", "mcglinchey is my maiden name". */
function isCalledName(words: readonly Word[], at: number): boolean {
  if (words[at + 4]?.lower !== 'name') return false;
  const [name, verb, whose, which] = [words[at], words[at + 1], words[at + 2], words[at + 3]];
  if (!WHICH.test(which?.lower ?? '') || !WHOSE.test(whose?.lower ?? '')) return false;
  if (name === undefined || !/^(?:is|was|'s)$/.test(verb?.lower ?? '') || !begins(words, at)) return false;
  return NAME_WORDS.has(name.lower) || !COMMON_WORDS.has(name.lower);
}

/** "brown with an e", "sky with no e", "grace without the g". */
function isSpeltWith(words: readonly Word[], at: number): boolean {
  if (!/^(?:with|without)$/.test(words[at + 1]?.lower ?? '')) return false;
  if (!/^(?:a|an|one|two|no|the|double)$/.test(words[at + 2]?.lower ?? '')) return false;
  return (
    isLetterWord(words, at + 3) && (begins(words, at) || /^(?:is|'s|under|name)$/.test(words[at - 1]?.lower ?? ''))
  );
}

const LOOKED =
  /^(?:look|looked|it|'s|be|is|put|listed|filed|booked|try|check|me|account|him|her|us|appointment|prescription|probably|maybe|made|name|chart|order)$/;
const UNDER_THINGS =
  /^(?:house|street|foot|feet|head|back|hand|cover|ice|snow|glass|field|ward|water|waters|steel|stone|wood|rain|review|major|minor|price|sales|power|rush|cash|call|guest)$/;

/** "look under long", "it's under rivers": what a record is filed under. */
function isLookedUnder(words: readonly Word[], at: number): boolean {
  const before = words[at - 2];
  return (
    words[at - 1]?.lower === 'under' &&
    ends(words[at + 1]) &&
    !UNDER_THINGS.test(words[at]?.lower ?? '') &&
    (before === undefined || LOOKED.test(before.lower) || begins(words, at - 1))
  );
}

/** "grace is my wife", "Grace, that's my granddaughter". */
function isSaidToBeKin(words: readonly Word[], at: number): boolean {
  if (!begins(words, at)) return false;
  let verb = at + 1;
  if (words[verb]?.text === ',') verb++;
  if (words[verb]?.lower === 'that' || words[verb]?.lower === "that's") verb++;
  const isLinked = /^(?:is|was|'s)$/.test(words[verb]?.lower ?? '');
  const whose = isLinked ? verb + 1 : verb;
  if (!isLinked && words[verb - 1]?.lower !== "that's") return false;
  return /^(?:my|his|her|our|their)$/.test(words[whose]?.lower ?? '') && KIN.has(words[whose + 1]?.lower ?? '');
}

/** "me and hope live together", "grace and i went". */
function isBesideSpeaker(words: readonly Word[], at: number): boolean {
  const after = words[at + 2]?.lower ?? '';
  if (words[at - 1]?.lower === 'and' && words[at - 2]?.lower === 'me' && begins(words, at - 2))
    return words[at + 1]?.type === 'letters';
  return (
    words[at + 1]?.lower === 'and' &&
    /^(?:i|me|myself)$/.test(after) &&
    begins(words, at) &&
    words[at + 3]?.type === 'letters'
  );
}

const PLACES = /^(?:home|here|in|there|around|available|coming|working|well)$/;

/** "art's not home", "will's got the paperwork". */
function isSomewhere(words: readonly Word[], at: number): boolean {
  if (!begins(words, at)) return false;
  const [suffix, next, after] = words.slice(at + 1, at + 4);
  const isNot = next?.lower === 'not' || suffix?.lower === "isn't";
  const place = suffix?.lower === "isn't" ? next : after;
  if ((suffix?.lower === "'s" || suffix?.lower === "isn't") && isNot) return PLACES.test(place?.lower ?? '');
  return suffix?.lower === "'s" && next?.lower === 'got' && !ADJECTIVE_NAMES.has(words[at]?.lower ?? '');
}

/** "if summer calls", "when hope answers". */
function isWaitedFor(words: readonly Word[], at: number): boolean {
  return (
    /^(?:if|when|once|unless|until|before|after)$/.test(words[at - 1]?.lower ?? '') &&
    /^(?:calls|answers|texts|asks|phones|emails)$/.test(words[at + 1]?.lower ?? '')
  );
}

const TIMES = /^(?:this|yesterday|today|earlier|last|about|on|who|before|already)$/;
const VIRTUES = /^(?:patience|justice|comfort|mercy|candy|honey|art|star|harmony|heaven|rain|storm)$/;

/** "i talked with dawn this morning". */
function isSpokenWith(words: readonly Word[], at: number): boolean {
  const next = words[at + 1];
  return (
    /^(?:with|to)$/.test(words[at - 1]?.lower ?? '') &&
    /^(?:spoke|spoken|talked|talking|speaking)$/.test(words[at - 2]?.lower ?? '') &&
    !VIRTUES.test(words[at]?.lower ?? '') &&
    (ends(next) || TIMES.test(next?.lower ?? ''))
  );
}
