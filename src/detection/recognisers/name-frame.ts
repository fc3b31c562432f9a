import { ADJECTIVE_NAMES, VERB_NAMES } from '../vocabulary/word-names.ts';
import { isCapitalised, type Word } from '../words.ts';

/**
 * What the words around a place say of what stands there: a person by relation, somebody spoken to or asked for, somebody
 * who is introduced, or the subject of what only people do.
 */
export type NameFrame = 'person' | 'addressee' | 'introduction' | 'subject';

const set = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** People by their relation to a speaker. */
export const KIN: ReadonlySet<string> = set(
  'husband wife spouse partner son daughter mother mom mum father dad brother sister grandmother grandfather grandma grandpa grandson granddaughter uncle aunt auntie cousin nephew niece ' +
    'friend neighbor neighbour boyfriend girlfriend fiance fiancee caregiver aide stepson stepdaughter stepmom stepdad baby roommate boss coworker kid kids sons daughters twins boy girl children son-in-law daughter-in-law ex',
);
const POSSESSIVES: ReadonlySet<string> = set("my his her your our their 's with");
const GREETINGS: ReadonlySet<string> = set(
  'hi hello hey thanks bye goodbye dear morning afternoon evening okay ok alright right',
);
const TOLD: ReadonlySet<string> = set(
  'tell told ask asked call called calls let give gave remind named meet met bring brought thank thanks',
);
const PREPOSITIONS: ReadonlySet<string> = set('for to with about from');
const BEFORE_PREPOSITION: ReadonlySet<string> = set(
  "ask asked asking speak speaking spoke talk talking talked calling waiting here live lives living message appointment refill meant it's that's is not looking note letter order results back belongs go goes",
);
const SAID: ReadonlySet<string> = set(
  "called said says told asked wants phoned texted emailed thinks lives picked dropped went gave needs isn't doesn't didn't won't can't",
);

/** The frame of the word at `at`; null where nothing says that a person is meant. */
export function nameFrame(words: readonly Word[], at: number): NameFrame | null {
  if (isWrittenDown(words, at)) return 'subject';
  if (isAfterKin(words, at) || isSaidOfKin(words, at)) return 'person';
  if (isIntroduced(words, at)) return 'introduction';
  if (isAddressed(words, at)) return 'addressee';
  return isActing(words, at) ||
    isHere(words, at) ||
    isPickedOut(words, at) ||
    isAskedOf(words, at) ||
    isExplained(words, at) ||
    isPairExplained(words, at)
    ? 'subject'
    : null;
}

/** "my husband, Rich", "his son will", "the twins hope and faith". */
function isAfterKin(words: readonly Word[], at: number): boolean {
  const near = words[at - 1]?.text === ',' ? at - 2 : at - 1;
  // "my sister in law dawn"
  const isInLaw = words[near]?.lower === 'law' && words[near - 1]?.lower === 'in';
  const kin = isInLaw ? near - 2 : near;
  if (!KIN.has(words[kin]?.lower ?? '')) return false;
  const before = words[kin - 1];
  return (
    before === undefined ||
    POSSESSIVES.has(before.lower) ||
    before.type === 'mark' ||
    (before.type === 'letters' && POSSESSIVES.has(words[kin - 2]?.lower ?? ''))
  );
}

/** Nouns that nothing but a name makes of a person. */
const SAID_OF_NOBODY =
  /^(?:summer|autumn|april|june|august|amber|violet|olive|ginger|hazel|dawn|sky|fern|sandy|sherry|brandy|clay|ash|journey|harmony|destiny|charity|mercy|justice|genesis)$/;

/** "my wife is summer and the baby is River": a noun that is said of a relative. */
function isSaidOfKin(words: readonly Word[], at: number): boolean {
  const [owner, kin, verb, name] = words.slice(Math.max(0, at - 3), at + 1);
  if (at < 3 || !/^(?:my|his|her|our|their|the)$/.test(owner?.lower ?? '') || !KIN.has(kin?.lower ?? '')) return false;
  if (name === undefined || VERB_NAMES.has(name.lower)) return false;
  const isNoun = !ADJECTIVE_NAMES.has(name.lower) || SAID_OF_NOBODY.test(name.lower);
  return isNoun && /^(?:is|'s)$/.test(verb?.lower ?? '');
}

const WRITING: ReadonlySet<string> = set('put list write add mark have');

/** "put Will down", "put hope down as my emergency contact", "list Grace as my next of kin". */
function isWrittenDown(words: readonly Word[], at: number): boolean {
  const before = words[at - 1]?.lower ?? '';
  const here = words[at];
  const verb = before === 'down' ? words[at - 2]?.lower : before;
  if (here !== undefined && /^(?:want|need|have|keep|put|add)$/.test(before) && isOnForm(words, at + 1)) return true;
  if (here === undefined || verb === undefined || !WRITING.has(verb)) return false;
  const limit = at + 4;
  for (let next = at + 1; next < limit; next++) {
    const word = words[next];
    if (word === undefined) return before === 'down' && isCapitalised(here);
    if (word.lower === 'down' && next === at + 1 && isCapitalised(here)) return true;
    if (word.lower === 'as' || word.lower === 'on') {
      const what = words[next + 1]?.lower ?? '';
      return word.lower === 'as'
        ? /^(?:my|the|an|a|his|her|our|emergency|guarantor|next)$/.test(what) && ROLES.has(roleOf(words, next + 1))
        : isCapitalised(here);
    }
  }
  return false;
}

/** "on my hipaa form": what only persons are put on. */
function isOnForm(words: readonly Word[], at: number): boolean {
  if (words[at]?.lower !== 'on' || !/^(?:my|the|his|her)$/.test(words[at + 1]?.lower ?? '')) return false;
  return /^(?:hipaa|release|contact|emergency|proxy|authorization|consent|dpoa|poa)$/.test(words[at + 2]?.lower ?? '');
}

const ROLES: ReadonlySet<string> = set(
  'contact kin guarantor spouse emergency proxy caregiver guardian next husband wife partner secondary backup pickup poa',
);

function roleOf(words: readonly Word[], from: number): string {
  for (let at = from; at < from + 3; at++) if (ROLES.has(words[at]?.lower ?? '')) return words[at]?.lower ?? '';
  return '';
}

/** "this is", "it's", "i'm", "name is", "call me". */
function isIntroduced(words: readonly Word[], at: number): boolean {
  const [one, two] = [words[at - 1]?.lower ?? '', words[at - 2]?.lower ?? ''];
  if (one === "i'm" || one === 'im') return true;
  if (one === "'s") return two === 'it' || two === 'that' || two === 'name' || two === 'here';
  if (one === 'is') return two === 'this' || two === 'it' || two === 'name';
  if (one === 'am') return two === 'i';
  if (one === 'me') return two === 'call' || two === 'calls';
  return one === ',' && two === 'me' && isCapitalised(words[at] ?? NOTHING);
}

const NOTHING: Word = { type: 'mark', text: '', lower: '', start: 0, end: 0, glued: false, newLine: false };

/** "ask for Bill", "tell Hope", "Thanks, Will". A bare verb counts before a capital only: "give hope", "call will". */
function isAddressed(words: readonly Word[], at: number): boolean {
  const here = words[at];
  const comma = words[at - 1]?.text === ',';
  const before = words[comma ? at - 2 : at - 1]?.lower ?? '';
  if (here === undefined) return false;
  if (PREPOSITIONS.has(before) && !comma) {
    const verb = words[at - 2]?.lower ?? '';
    if (before === 'for' && /^(?:ask|asked|asking)$/.test(verb)) return true;
    // "I'm picking up for hope"
    if (before === 'for' && verb === 'up' && /^(?:pick|picking|picked)$/.test(words[at - 3]?.lower ?? '')) return true;
    // "spoke with art on monday" speaks of a person in lower case, too.
    if (/^(?:with|to)$/.test(before) && /^(?:spoke|speak|speaking|talked|talk|talking|spoken)$/.test(verb)) return true;
    return isCapitalised(here) && (BEFORE_PREPOSITION.has(verb) || verb === "'s");
  }
  if (!isCapitalised(here)) return false;
  if (GREETINGS.has(before) || (before === 'you' && words[at - (comma ? 3 : 2)]?.lower === 'thank')) return true;
  return TOLD.has(before) && !comma;
}

/** "hope called about her refill": the first word of a sentence, before what only people do. */
function isActing(words: readonly Word[], at: number): boolean {
  const [before, next] = [words[at - 1], words[at + 1]];
  if (next === undefined || !SAID.has(next.lower)) return false;
  const begins = before === undefined || words[at]?.newLine === true || /^[.!?,;]$/.test(before.text);
  if (begins || /^(?:and|because|that|so|then|but|when|if|says|uh|um|yeah|okay)$/.test(before.lower))
    return !/^(?:bill|price|cash|page)$/.test(words[at]?.lower ?? '') || isCapitalised(words[at] ?? next);
  return isCapitalised(words[at] ?? next);
}

/** "Cash here, I missed a call": who is on the line, at the beginning of what is said. */
function isHere(words: readonly Word[], at: number): boolean {
  const [before, here, next, after] = [words[at - 1], words[at], words[at + 1], words[at + 2]];
  if (here === undefined || !isCapitalised(here) || next?.lower !== 'here') return false;
  const begins = before === undefined || here.newLine || /^(?:[.!?,]|hi|hello|hey|yes|yeah)$/.test(before.lower);
  return begins && (after === undefined || after.newLine || /^(?:[.,!;-]|calling|from|again)$/.test(after.lower));
}

/** "it was faith who picked it up": who is meant of several. */
function isPickedOut(words: readonly Word[], at: number): boolean {
  const [one, two] = [words[at - 1]?.lower ?? '', words[at - 2]?.lower ?? ''];
  return /^(?:was|is|'s)$/.test(one) && two === 'it' && words[at + 1]?.lower === 'who';
}

const MODALS: ReadonlySet<string> = set('can could did does should would');
const DONE: ReadonlySet<string> = set('pick come call drive bring sign talk speak get have');

/** "can drew pick up my meds": what only a person can do. */
function isAskedOf(words: readonly Word[], at: number): boolean {
  const [before, next] = [words[at - 1]?.lower ?? '', words[at + 1]?.lower ?? ''];
  return (
    MODALS.has(before) &&
    DONE.has(next) &&
    !/^(?:bill|price|cash|page|may|star|major|chip|art)$/.test(words[at]?.lower ?? '')
  );
}

/** "Heather and Sky are my kids": both are said to be relatives. */
function isPairExplained(words: readonly Word[], at: number): boolean {
  const [joint, second, verb, owner, kin] = words.slice(at + 1, at + 6);
  return (
    (joint?.lower === 'and' || joint?.text === '&') &&
    second?.type === 'letters' &&
    (verb?.lower === 'are' || verb?.lower === 'were') &&
    /^(?:my|his|her|our|their)$/.test(owner?.lower ?? '') &&
    KIN.has(kin?.lower ?? '')
  );
}

const EXPLAIN_REACH = 9;

/** "Grant will be there, he's my son": what follows says that the first word of the sentence is a relative. */
function isExplained(words: readonly Word[], at: number): boolean {
  const before = words[at - 1];
  if (
    before !== undefined &&
    words[at]?.newLine !== true &&
    !/^[.!?,;]$/.test(before.text) &&
    !isCapitalised(words[at] ?? before)
  )
    return false;
  for (let next = at + 1; next < at + EXPLAIN_REACH; next++) {
    const word = words[next];
    if (word === undefined || /^[.?!]$/.test(word.text)) return false;
    const possessive = words[next + 2]?.lower ?? '';
    if (!/^(?:he|she|he's|she's)$/.test(word.lower)) continue;
    const verb = words[next + 1]?.lower ?? '';
    return (
      (verb === "'s" || verb === 'is') &&
      /^(?:my|his|her|our|the)$/.test(possessive) &&
      KIN.has(words[next + 3]?.lower ?? '')
    );
  }
  return false;
}
