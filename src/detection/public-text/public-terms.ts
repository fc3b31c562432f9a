/** Words that look like names of people or places and are none: drugs, eponyms, insurers, dishes. */
import { COMPOUND_EPONYMS, EPONYM_HEADS, EPONYM_SURNAMES } from '../vocabulary/eponyms.ts';
import { GIVEN_NAMES } from '../vocabulary/given-names.ts';
import { isMedicalWord } from '../vocabulary/medical-words.ts';
import { isCapitalised, type Word } from '../words.ts';
import type { PublicWords } from './public-words.ts';
import {
  ABOUT_DRUGS,
  classifyTerms,
  HERB,
  COMPOUND_START,
  INSURER,
  MEDICAL,
  NAMES,
  NAMESAKE,
  NAME_START,
  PART,
  SURNAME,
} from './term-classes.ts';

const COMPOUNDS: ReadonlySet<string> = new Set(COMPOUND_EPONYMS);
/** After these a word is somebody's name, whatever else it may mean. */
const NAME_CUES: ReadonlySet<string> = new Set(
  'mr mrs ms miss dr doctor nurse prof professor named called patient pt caller member client name surname spouse husband wife son daughter mother father mom dad brother sister aunt uncle friend baby'.split(
    ' ',
  ),
);
const INTRODUCTIONS: ReadonlySet<string> = new Set(['this', 'name', 'i', 'he', 'she', 'am', "i'm", 'it']);
const COPULAS: ReadonlySet<string> = new Set(['is', "'s", 'am', 'was', ':']);

/** Eponyms that are far more often somebody's neighbour. */
const COMMON_SURNAMES =
  /^(?:smith|jones|brown|young|baker|johnson|williams|clark|hill|allen|adams|hall|white|wood|martin|thomas|jackson|thompson|nelson|mitchell|miller|stewart|edwards|bennett|robin|paul|patrick|louis|glenn|ross|marcus|hunter|turner|tanner|russell|palmer|bishop|denver|stanford|weber|bell|gordon|marshall|walker|parker)$/;

/** Names in the longest eponym. */
const MOST_PARTS = 5;

/** What stands beside a herb that is no given name there. */
const FOODS: ReadonlySet<string> = new Set(
  'tea oil thyme oregano mint lavender chamomile turmeric garlic onion parsley cumin cinnamon herb herbs spice spices extract supplement supplements leaves root ale seasoning cooking cook cooked salad soup allergic capsules'.split(
    ' ',
  ),
);
const FOOD_REACH = 4;

/** Reads the terms of a text, word by word. */
class TermReader {
  readonly #words: readonly Word[];
  readonly #classes: Uint16Array;
  readonly #sure: Uint8Array;
  readonly #isAboutDrugs: boolean;

  constructor(words: readonly Word[]) {
    this.#words = words;
    this.#sure = new Uint8Array(words.length);
    this.#classes = classifyTerms(words);
    this.#isAboutDrugs = this.#classes.some((is) => (is & ABOUT_DRUGS) !== 0);
  }

  read(): PublicWords[] {
    const found: PublicWords[] = [];
    for (let at = 0; at < this.#words.length; at++) {
      const word = this.#words[at];
      // Rules out most words of a sentence at once.
      if (word === undefined || word.type === 'mark' || (this.#classes[at] === 0 && !isCapitalised(word))) continue;
      const term = this.#termAt(at);
      if (term === null || this.#isNamed(at, term.rule)) continue;
      this.#sure.fill(1, at, term.last + 1);
      found.push({ first: at, last: term.last, rule: term.rule, explainsNumber: false });
      at = term.last;
    }
    return [...found, ...this.#listed()];
  }

  #termAt(at: number): { readonly last: number; readonly rule: string } | null {
    const phrase = this.#is(at, NAME_START) ? NAMES.endAt(this.#words, at) : null;
    if (phrase !== null) return { last: phrase, rule: 'term.name' };
    const compound = this.#compoundEnd(at);
    if (compound !== null) return { last: compound, rule: 'term.eponym' };
    const word = this.#words[at];
    const lower = word?.lower ?? '';
    const last = this.#possessiveEnd(at);
    if (this.#is(at, MEDICAL)) return { last, rule: 'term.medical' };
    const isSurname = this.#is(at, SURNAME);
    if (isSurname && EPONYM_HEADS.has(this.#words[last + 1]?.lower ?? ''))
      return { last: last + 1, rule: 'term.eponym' };
    if (last > at && isSurname && this.#isSuffered(at, last)) return { last, rule: 'term.eponym' };
    if (this.#is(at, NAMESAKE) && this.#isTaken(at)) return { last: at, rule: 'term.drug' };
    if (this.#is(at, HERB) && word?.text === lower && this.#isAmongFoods(at)) return { last: at, rule: 'term.food' };
    if (word === undefined || !isCapitalised(word) || GIVEN_NAMES.has(lower) || COMMON_OPENERS.has(lower)) return null;
    if (isCapitalisedName(this.#words[at - 1]) && this.#words[at - 1]?.type === 'letters') return null;
    if (CLINICAL_HEADS.has(this.#words[at + 1]?.lower ?? '') && word.text.length > 2)
      return { last: at, rule: 'term.eponym' };
    return this.#isCalledDrug(at) ? { last: at, rule: CALLED_DRUG } : null;
  }

  #is(at: number, classes: number): boolean {
    return ((this.#classes[at] ?? 0) & classes) !== 0;
  }

  /** "she has Burkitt's", "history of Wilson's.": what a patient has, and nothing behind it that may be somebody's. */
  #isSuffered(at: number, last: number): boolean {
    const [before, after] = [this.#words[at - 1]?.lower ?? '', this.#words[last + 1]];
    // "Hodgkin's or Burkitt"
    if (/^(?:and|or|vs|versus)$/.test(after?.lower ?? '') && EPONYM_SURNAMES.has(this.#words[last + 2]?.lower ?? ''))
      return true;
    const isHad =
      /^(?:has|have|had|having|got|with|of|diagnosed|for)$/.test(before) &&
      !COMMON_SURNAMES.test(this.#words[at]?.lower ?? '');
    const ends =
      after === undefined || after.newLine || after.type === 'mark' || /^(?:and|or|since|for|but)$/.test(after.lower);
    return (
      isHad && ends && (before !== 'for' || /^(?:treated|tested|screened)$/.test(this.#words[at - 2]?.lower ?? ''))
    );
  }

  /** "sage tea and rosemary": another food or what is made of it stands near. */
  #isAmongFoods(at: number): boolean {
    for (let near = Math.max(0, at - FOOD_REACH); near <= at + FOOD_REACH; near++)
      if (near !== at && FOODS.has(this.#words[near]?.lower ?? '')) return true;
    return false;
  }

  /** "a medicine called Chantix", "I take Dilantin for my seizures": a brand that no list has. */
  #isCalledDrug(at: number): boolean {
    const before = this.#words[at - 1]?.lower ?? '';
    const [after, next] = [this.#words[at + 1]?.lower ?? '', this.#words[at + 2]?.lower ?? ''];
    if (isCapitalisedName(this.#words[at + 1])) return false;
    if (before === 'called' || before === 'named')
      return this.#words.slice(Math.max(0, at - MOST_TO_DRUG), at - 1).some(({ lower }) => CALLED_DRUGS.has(lower));
    if (!/^(?:take|takes|taking|took|using|prescribed)$/.test(before)) return false;
    return (after === 'for' && next === 'my') || /^(?:cream|tablets?|pills?)$/.test(after);
  }

  /** "Wolff-Parkinson-White", "Roux-en-Y": names joined by hyphens, or by spaces before a head noun. */
  #compoundEnd(first: number): number | null {
    let last = first;
    let phrase = this.#words[first]?.lower ?? '';
    if (!this.#is(first, COMPOUND_START) && !this.#isPart(first)) return null;
    let isMedical = this.#is(first, MEDICAL);
    let isPublic = this.#isPart(first);
    let isJoined = false;
    let found: number | null = null;
    for (let parts = 2; parts <= MOST_PARTS; parts++) {
      const hyphen = this.#words[last + 1];
      const isHyphen = hyphen?.text === '-' && hyphen.glued && this.#words[last + 2]?.glued === true;
      const next = isHyphen ? last + 2 : last + 1;
      const word = this.#words[next];
      if (word?.type !== 'letters' || word.newLine) break;
      last = next;
      phrase += ` ${word.lower}`;
      isJoined ||= isHyphen;
      isMedical ||= this.#is(next, MEDICAL);
      isPublic &&= this.#isPart(next);
      const after = this.#words[last + 1];
      if (after?.text === '-' && after.glued) continue;
      if (COMPOUNDS.has(phrase) || (isPublic && isMedical && isJoined))
        found = this.#wholeEnd(first, last, isJoined || this.#isLongCompound(first, phrase, parts)) ?? found;
    }
    return found;
  }

  /** "wolff parkinson white": three names that no person has together need no head noun. */
  #isLongCompound(first: number, phrase: string, parts: number): boolean {
    // "she has Ehlers Danlos"
    const isHad = /^(?:has|have|had|got|with|of)$/.test(this.#words[first - 1]?.lower ?? '');
    return (parts > 2 || isHad) && COMPOUNDS.has(phrase) && !GIVEN_NAMES.has(this.#words[first]?.lower ?? '');
  }

  /** Where an eponym of several names ends: with its head noun, or with itself where hyphens join it. */
  #wholeEnd(first: number, last: number, isJoined: boolean): number | null {
    const end = this.#possessiveEnd(last);
    if (EPONYM_HEADS.has(this.#words[end + 1]?.lower ?? '')) return end + 1;
    return isJoined && !isCapitalisedName(this.#words[first - 1]) ? end : null;
  }

  #isPart(at: number): boolean {
    return this.#is(at, SURNAME | PART | MEDICAL);
  }

  #possessiveEnd(at: number): number {
    const next = this.#words[at + 1];
    return next?.lower === "'s" || (next?.text === "'" && next.glued) ? at + 1 : at;
  }

  /** Whether the words before say that a person is meant. A phrase that begins with its own title is none. */
  #isNamed(at: number, rule: string): boolean {
    if (rule === CALLED_DRUG || (rule === 'term.medical' && !isCapitalisedName(this.#words[at]))) return false;
    let before = at - 1;
    if (this.#words[before]?.text === '.' || this.#words[before]?.text === ':') before--;
    const lower = this.#words[before]?.lower ?? '';
    if (NAME_CUES.has(lower)) return true;
    return COPULAS.has(lower) && INTRODUCTIONS.has(this.#words[before - 1]?.lower ?? '') && rule !== 'term.medical';
  }

  /** Names of eponyms that stand in a list with a sure term: "Takayasu, Kawasaki and Fallot". */
  #listed(): PublicWords[] {
    const found: PublicWords[] = [];
    const take = (at: number) => {
      found.push({ first: at, last: this.#possessiveEnd(at), rule: 'term.eponym', explainsNumber: false });
      this.#sure.fill(1, at, this.#possessiveEnd(at) + 1);
    };
    for (let at = 0; at < this.#words.length; at++) if (this.#isListed(at, -1)) take(at);
    for (let at = this.#words.length - 1; at >= 0; at--) if (this.#isListed(at, 1)) take(at);
    return found;
  }

  #isListed(at: number, step: 1 | -1): boolean {
    if (this.#sure[at] === 1 || !this.#is(at, SURNAME | INSURER) || this.#isNamed(at, 'term.eponym')) return false;
    const other = this.#words[this.#possessiveEnd(at) + 1];
    // A given name before it or a surname after it: "Faber, Tessa".
    if (isCapitalisedName(this.#words[at - 1]) || (other !== undefined && isCapitalisedName(other))) return false;
    let near = step === -1 ? at - 1 : this.#possessiveEnd(at) + 1;
    let joints = 0;
    // This word compares things, not people.
    const isCompared = /^(?:vs|versus)$/.test(this.#words[near]?.lower ?? '');
    while (joints < 2 && /^(?:,|;|and|or|vs|versus|\/)$/.test(this.#words[near]?.lower ?? '')) {
      near += step;
      joints++;
    }
    const isSure = this.#sure[near] === 1 || (isCompared && EPONYM_SURNAMES.has(this.#words[near]?.lower ?? ''));
    return joints > 0 && isSure;
  }

  /** "switched me to Nora", "refill my Yaz", "is the Allegra covered": words that say a drug is meant. */
  #isTaken(at: number): boolean {
    const [before, two] = [this.#words[at - 1]?.lower ?? '', this.#words[at - 2]?.lower ?? ''];
    const after = this.#words[at + 1]?.lower ?? '';
    if (
      /^(?:mg|pill|pills|tablet|tablets|dose|prescription|refill|refills|birth|pack|packs|generic|covered|approved|hfa|d|24)$/.test(
        after,
      )
    )
      return true;
    if (after === 'to' || isCapitalisedName(this.#words[at + 1])) return false;
    if (/^(?:take|taking|takes|took|prescribed|started|stopped|generic)$/.test(before)) return true;
    if (before === 'on') return /^(?:me|am|was|is|i'm|been|stay|her|him|you|still)$/.test(two);
    if (before === 'to') return /^(?:me|changed|switched|switch|change|over|her|him)$/.test(two) && this.#isAboutDrugs;
    return (
      (before === 'the' || before === 'my') &&
      /^(?:did|is|was|refill|has|for|with|of|stop)$/.test(two) &&
      before === 'the'
    );
  }
}

/** Whether the word could be a part of a person's name beside another: capitalised, and not the first of a sentence by itself. */
function isCapitalisedName(word: Word | undefined): boolean {
  return (
    word !== undefined &&
    isCapitalised(word) &&
    word.lower !== 'i' &&
    !isMedicalWord(word.lower) &&
    !COMMON_OPENERS.has(word.lower)
  );
}

/** The rule of brands that only the words around them tell: what is called so is a drug. */
const CALLED_DRUG = 'term.called_drug';
/** Words between a drug and what says that one is named. */
const MOST_TO_DRUG = 9;
const CALLED_DRUGS: ReadonlySet<string> = new Set(
  'medicine medication medications medicines drug drugs pill pills stimulant antibiotic cream ointment inhaler steroid injection supplement vitamin tablet capsule painkiller sedative antidepressant'.split(
    ' ',
  ),
);

/** Nouns of medicine: a name right before one is that of its discoverer or maker. */
const CLINICAL_HEADS: ReadonlySet<string> = new Set(
  (
    'histology classification criteria syndrome stain vest collar catheter drain forceps retractor clamp lymphoma sarcoma dystrophy palsy maneuver manoeuvre reflex phenomenon nodules bodies esophagus esophagitis ' +
    'gangrene contracture osteotomy halo staging scale cream ointment lotion shampoo tablets capsules inhaler'
  ).split(' '),
);

/** Words that begin sentences in capitals before an eponym. */
const COMMON_OPENERS: ReadonlySet<string> = new Set(
  'history hx no has positive negative with and or the a possible known rule diagnosis dx pmh assessment plan impression suspected likely mild severe acute chronic status post s/p includes including had also denies'.split(
    ' ',
  ),
);

/** The public terms among the words from `first` to `last`, and the words right around them. */
export function findPublicTerms(words: readonly Word[], first: number, last: number): PublicWords[] {
  const found = new TermReader(words.slice(first, last + 1)).read();
  return first === 0 ? found : found.map((term) => ({ ...term, first: term.first + first, last: term.last + first }));
}
