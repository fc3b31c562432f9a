/** Whether a given name that is also a word is a person, by a deed, an accident or a desk: "daisy threw up", "is chance there". */
import { GIVEN_NAMES } from '../vocabulary/given-names.ts';
import { ADJECTIVE_NAMES, GIVEN_WORDS, VERB_NAMES } from '../vocabulary/word-names.ts';
import type { Word } from '../words.ts';

const set = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** Names of weather, money, food and seasons: things that fall, break and arrive, too. */
const THINGS: ReadonlySet<string> = set(
  'rain storm winter summer autumn river star chip cash price bill page fortune heaven honey candy comfort wednesday april may june august art glory bliss cotton treasure diamond chance patience justice mercy charity genesis journey destiny',
);
/** Words with which a clause begins, or goes on. */
const OPENERS =
  /^(?:um|uh|er|yeah|yes|no|okay|ok|so|well|oh|and|but|because|that|when|if|after|since|then|think|says|said)$/;
/** What only a person does, or suffers. */
const HUMAN: ReadonlySet<string> = set(
  'slipped tripped fainted vomited sneezed coughed swallowed choked sprained refuses refused forgot woke drove signed cried slept drank weighs booked quit limps snores collapsed wheezes',
);
/** What becomes human with a second word: "threw up", "passed out". */
const HUMAN_PAIRS: ReadonlySet<string> = new Set([
  'threw up',
  'throws up',
  'passed out',
  'passed away',
  'keeps coughing',
  'keeps crying',
  'keeps asking',
  'keeps scratching',
  'got sick',
  'got hurt',
  'got stung',
  'got bit',
  'fell asleep',
  'moved out',
  'turned blue',
]);
/** What is a deed of a person before "his" or "her". */
const OWNED_DEED =
  /^(?:fell|broke|breaks|hurt|cut|hit|burned|burnt|got|has|had|lost|left|keeps|missed|bumped|twisted|scraped|pulled|sees|gets|uses|wears|bit|brought|brings|takes|took|wants|needs|likes|hates)$/;
const FALLEN = /^(?:off|down|again|out|in|on|and|from|over|at|yesterday|today|last|this)$/;
const OF_PERSON = /^(?:his|her|him|himself|herself)$/;
const OWNED_REACH = 3;

/** Returns true if the words around the given name at `at`, which is also a word, say that it is a person. */
export function isDoer(words: readonly Word[], at: number): boolean {
  return (
    isActingWord(words, at) ||
    isLookedFor(words, at) ||
    isMadeToDo(words, at) ||
    isAtDesk(words, at) ||
    isIll(words, at) ||
    isOwnerOfCare(words, at) ||
    isPairOfPersons(words, at)
  );
}

const lowerAt = (words: readonly Word[], at: number): string => words[at]?.lower ?? '';

function begins(words: readonly Word[], at: number): boolean {
  const before = words[at - 1];
  return (
    before === undefined || words[at]?.newLine === true || /^[.,;:?!]$/.test(before.text) || OPENERS.test(before.lower)
  );
}

/** "daisy threw up on the bus", "rocky fell off his bike", "jewel lost her card". */
function isActingWord(words: readonly Word[], at: number): boolean {
  const verb = lowerAt(words, at + 1);
  const next = lowerAt(words, at + 2);
  const isHuman = HUMAN.has(verb) || HUMAN_PAIRS.has(`${verb} ${next}`);
  const isFallen = verb === 'fell' && FALLEN.test(next);
  if (!isHuman && !isFallen && !OWNED_DEED.test(verb)) return false;
  if (!begins(words, at) || (THINGS.has(lowerAt(words, at)) && !isHuman)) return false;
  if (isHuman || isFallen) return true;
  for (let near = at + 2; near < at + 2 + OWNED_REACH; near++) if (OF_PERSON.test(lowerAt(words, near))) return true;
  return false;
}

const PRESENCE = /^(?:there|in|around|here|available|home|awake|working|done|coming|back|free|out|okay|ok)$/;
const MISPLACED: ReadonlySet<string> = set(
  'may will cash price bill page rain storm winter summer star chip honey candy',
);

/** "is chance there", "is ivy in today": who is asked for. */
function isLookedFor(words: readonly Word[], at: number): boolean {
  return (
    lowerAt(words, at - 1) === 'is' &&
    begins(words, at - 1) &&
    PRESENCE.test(lowerAt(words, at + 1)) &&
    !MISPLACED.has(lowerAt(words, at)) &&
    (lowerAt(words, at + 1) === 'there' || !ADJECTIVE_NAMES.has(lowerAt(words, at)))
  );
}

const CAUSING = /^(?:have|had|let)$/;
const MADE_TO_DO =
  /^(?:call|give|phone|fax|text|email|ring|come|look|send|sign|bring|pick|check|handle|drive|talk|speak|decide|see)$/;

/** "have grant give me a ring", "let hope handle it". */
function isMadeToDo(words: readonly Word[], at: number): boolean {
  return (
    CAUSING.test(lowerAt(words, at - 1)) && MADE_TO_DO.test(lowerAt(words, at + 1)) && !THINGS.has(lowerAt(words, at))
  );
}

const AILING: ReadonlySet<string> = set(
  'throwing vomiting coughing crying limping wheezing choking sneezing bleeding sleeping teething sick allergic asthmatic diabetic pregnant feverish nauseous autistic',
);
const AILMENT: ReadonlySet<string> = set(
  'fever rash cough cold headache migraine stomachache earache sore strep appointment physical checkup seizure concussion temperature runny',
);

/** "faith has a fever", "hope is throwing up": what only a person has. */
function isIll(words: readonly Word[], at: number): boolean {
  const verb = lowerAt(words, at + 1);
  if (!begins(words, at) && lowerAt(words, at - 1) !== 'my') return false;
  if (verb === 'is' || verb === "'s") return AILING.has(lowerAt(words, at + 2));
  return (
    /^(?:has|had|got)$/.test(verb) && /^(?:a|an)$/.test(lowerAt(words, at + 2)) && AILMENT.has(lowerAt(words, at + 3))
  );
}

const OF_CARE: ReadonlySet<string> = set(
  'shots appointment physical checkup refill prescription inhaler meds medicine results labs chart insurance birthday pediatrician doctor fever rash cough mom mother dad father',
);

/** "autumn's shots are due": what a clinic does for somebody. */
function isOwnerOfCare(words: readonly Word[], at: number): boolean {
  return (
    lowerAt(words, at + 1) === "'s" &&
    OF_CARE.has(lowerAt(words, at + 2)) &&
    begins(words, at) &&
    !MONTHS.test(lowerAt(words, at))
  );
}

const MONTHS = /^(?:april|may|june|august)$/;
const BEFORE_DESK = /^(?:to|with|by|from|told|asked|gave|saw|called)$/;
const DESK = /^(?:desk|lab|counter|window|office|pharmacy|front|reception|clinic)$/;
const OFFICE = /^(?:billing|scheduling|records|accounting|reception|admissions|intake|radiology|dispatch)$/;

/** "i gave it to candy up front", "heather at the lab": where somebody works. */
function isAtDesk(words: readonly Word[], at: number): boolean {
  const [place, one, two] = [lowerAt(words, at + 1), lowerAt(words, at + 2), lowerAt(words, at + 3)];
  const isPlaced =
    (place === 'up' && one === 'front') ||
    (place === 'at' && one === 'the' && (DESK.test(two) || two === 'front')) ||
    (/^(?:in|from|with)$/.test(place) && OFFICE.test(one)) ||
    (place === 'in' && one === 'the' && /^(?:lab|office|pharmacy)$/.test(two));
  if (!isPlaced || /^(?:may|art|cash|price|bill|page|comfort|mercy|patience)$/.test(lowerAt(words, at))) return false;
  return BEFORE_DESK.test(lowerAt(words, at - 1)) || begins(words, at);
}

const isGiven = (word: string): boolean => GIVEN_WORDS.has(word) || GIVEN_NAMES.has(word);
const ARE =
  /^(?:twins|both|sick|due|here|coming|mine|my|his|her|our|on|next|siblings|sisters|brothers|kids|allergic|asleep|waiting|married)$/;
const HAVE = /^(?:strep|asthma|pinkeye|fevers?|colds?|coughs?|appointments?|physicals|diabetes|the|their|covid)$/;
const NEED = /^(?:their|shots?|physicals?|refills?|a|to|new|flu|boosters?)$/;

/** "ginger and rosemary are twins": two given names that share what persons have. */
function isPairOfPersons(words: readonly Word[], at: number): boolean {
  const isFirst = lowerAt(words, at + 1) === 'and';
  if (!isFirst && lowerAt(words, at - 1) !== 'and') return false;
  const [first, second] = isFirst ? [at, at + 2] : [at - 2, at];
  if (!isGiven(lowerAt(words, first)) || !isGiven(lowerAt(words, second)) || !begins(words, first)) return false;
  if (VERB_NAMES.has(lowerAt(words, first)) && VERB_NAMES.has(lowerAt(words, second))) return false;
  const [verb, what] = [lowerAt(words, second + 1), lowerAt(words, second + 2)];
  return (
    verb === 'both' ||
    verb === 'share' ||
    (verb === 'are' && ARE.test(what)) ||
    (verb === 'have' && HAVE.test(what)) ||
    (verb === 'need' && NEED.test(what))
  );
}
