import type { Cue } from './cues.ts';
import type { Code } from './spoken/codes.ts';
import { isUnit } from './units.ts';
import type { Word } from './words.ts';

/** A code and the cue that says what it is. */
export interface Claim {
  readonly cue: Cue;
  /** Only connecting words ("is", "it's", ":") stand between cue and code. */
  readonly linked: boolean;
  /** Words between cue and code. */
  readonly distance: number;
}

const MAX_DISTANCE = 10;
const SHORT_DISTANCE = 5;
// What one weak word, or another code in between, is worth in words of distance.
const WEAK_COST = 3;
const CODE_BETWEEN_COST = 4;

const CONNECTORS: ReadonlySet<string> = new Set(
  (
    "is 's was are be of it its that thats this the a my your his her their our no num number numbers id uh um uhm er erm oh okay ok yes yeah sure so " +
    'well would like here ending ends end in with on file last four digits first let me see and then reads say says as starting starts begins same which because um hm hmm at to ended'
  ).split(' '),
);

const LINK_MARKS = /^[:#=\-.,"'([{?*|>/]$/;

/**
 * The cue that claims each code: the nearest one (a weak cue counts as further away) that can be a cue for such a code,
 * before it or, as in "... is my cell", right after it. Codes without one are not in the map.
 */
export function findClaims(
  words: readonly Word[],
  cues: readonly Cue[],
  codes: readonly Code[],
): ReadonlyMap<Code, Claim> {
  const claims = new Map<Code, Claim>();
  let nextCue = 0;
  codes.forEach((code, index) => {
    while ((cues[nextCue]?.last ?? Infinity) < code.first) nextCue++;
    let best: Candidate | null = null;
    for (let c = nextCue - 1; c >= 0; c--) {
      const cue = cues[c];
      if (!cue || code.first - cue.last > MAX_DISTANCE * 2) break;
      const claim = measure(words, cue, code);
      // Every cue before this one is at least as far away.
      if (best !== null && best.cost <= claim.distance) break;
      if (!isInReach(words, claim, code) || namesProcedure(words, cue, code)) continue;
      best = better(
        words,
        best,
        claim,
        claim.distance + (cue.strong ? 0 : WEAK_COST) + codesBetween(codes, index, cue) * CODE_BETWEEN_COST,
        code,
      );
    }
    const after = cues[nextCue];
    if (after && followsAsName(words, code, after))
      best = better(words, best, { cue: after, linked: true, distance: 1 }, after.strong ? 2 : 3, code);
    // "A-1041 and A-1042": the second is what the first is.
    const before = codes[index - 1];
    const shared = before === undefined ? undefined : claims.get(before);
    if (
      shared &&
      before &&
      (best === null || best.claim.cue === shared.cue) &&
      goesOn(words, before, code) &&
      admits(words, shared, code)
    )
      claims.set(code, shared);
    else if (best !== null) claims.set(code, best.claim);
  });
  return claims;
}

const AND: ReadonlySet<string> = new Set([',', 'and', 'or', '&', ';', 'plus']);

/** Whether the code stands in a list with the one before it, and looks like it. */
function goesOn(words: readonly Word[], before: Code, code: Code): boolean {
  const gap = code.first - before.last - 1;
  if (gap < 1 || gap > 2 || before.letters !== code.letters || Math.abs(before.digits.length - code.digits.length) > 1)
    return false;
  for (let at = before.last + 1; at < code.first; at++) if (!AND.has(words[at]?.lower ?? '')) return false;
  return true;
}

interface Candidate {
  readonly claim: Claim;
  readonly cost: number;
}

function better(
  words: readonly Word[],
  best: Candidate | null,
  claim: Claim,
  cost: number,
  code: Code,
): Candidate | null {
  return (best === null || cost < best.cost) && admits(words, claim, code) ? { claim, cost } : best;
}

function measure(words: readonly Word[], cue: Cue, code: Code): Claim {
  let distance = 0;
  let linked = true;
  for (let at = cue.last + 1; at < code.first; at++) {
    const word = words[at];
    if (!word) break;
    if (word.type === 'mark') {
      linked &&= LINK_MARKS.test(word.text);
      continue;
    }
    distance++;
    linked &&= CONNECTORS.has(word.lower);
  }
  return { cue, linked, distance };
}

/** A strong cue reaches ten words, five over the end of a sentence; a weak one five in its own sentence. */
function isInReach(words: readonly Word[], { cue, linked, distance }: Claim, code: Code): boolean {
  const crosses = !linked && crossesSentence(words, cue.last + 1, code.first);
  if (!cue.strong) return distance <= SHORT_DISTANCE && !crosses;
  return distance <= (crosses ? SHORT_DISTANCE : MAX_DISTANCE);
}

const CODINGS: ReadonlySet<string> = new Set([
  'cpt',
  'cdt',
  'icd',
  'hcpcs',
  'drg',
  'procedure',
  'procedural',
  'diagnosis',
  'billing',
  'revenue',
  'snomed',
  'loinc',
]);

/** "cpt code 97110", "c p t code ...", "code d two seven four oh": what was done or found, and to nobody in particular. */
function namesProcedure(words: readonly Word[], cue: Cue, code: Code): boolean {
  if (cue.first !== cue.last || !/^codes?$/.test(words[cue.first]?.lower ?? '')) return false;
  if (/^[A-Z]\d{4}$/.test(code.chars)) return true;
  const before = words[cue.first - 1];
  if (CODINGS.has(before?.lower ?? '')) return true;
  const spelled = `${words[cue.first - 3]?.lower ?? ''}${words[cue.first - 2]?.lower ?? ''}${before?.lower ?? ''}`;
  return spelled.length === 3 && CODINGS.has(spelled);
}

/** Whether a sentence or a line ends between the two words. */
function crossesSentence(words: readonly Word[], from: number, to: number): boolean {
  for (let at = from; at <= to; at++) {
    const word = words[at];
    if (word?.newLine || word?.text === '?' || word?.text === '!') return true;
    // The point of "dr." or "no." ends nothing.
    if (word?.text === '.' && !words[at + 1]?.glued && (words[at - 1]?.text.length ?? 0) > 3) return true;
  }
  return false;
}

/** Codes of four and more characters between the cue and this one: they have used the cue up, more or less. */
function codesBetween(codes: readonly Code[], index: number, cue: Cue): number {
  let count = 0;
  for (let before = index - 1; before >= 0; before--) {
    const code = codes[before];
    if (!code || code.first < cue.last) break;
    if (code.chars.length >= 4) count++;
  }
  return count;
}

const POSSESSIVES: ReadonlySet<string> = new Set(['my', 'the', 'his', 'her', 'your', 'our', 'their', 'a']);
const COPULAS: ReadonlySet<string> = new Set(['is', "'s", 'was', 'as', 'for']);

/** "... is my cell", "... (cell)". */
function followsAsName(words: readonly Word[], code: Code, cue: Cue): boolean {
  const gap = cue.first - code.last - 1;
  const [first, second] = [words[code.last + 1], words[code.last + 2]];
  if (gap === 0) return cue.kind === 'ADDRESS' && (code.digits.length === 5 || code.digits.length === 9);
  if (gap === 1) return first?.text === '(';
  return gap === 2 && COPULAS.has(first?.lower ?? '') && POSSESSIVES.has(second?.lower ?? '');
}

/** Whether a code of this shape can be what the cue announces. */
function admits(words: readonly Word[], claim: Claim, code: Code): boolean {
  const { linked, cue } = claim;
  const { letters } = code;
  const digits = code.digits.length;
  const length = code.chars.length;
  if (code.quantity && !(linked && announcesNumber(words, cue, code))) return false;
  if (code.counts && !linked) return false;
  switch (cue.kind) {
    case 'SSN':
      return letters === 0 && (linked ? digits >= 4 : cue.strong ? digits >= 7 : digits === 9) && digits <= 11;
    case 'PHONE':
    case 'FAX':
      return letters === 0 && digits >= 7 && digits <= 15;
    case 'ADDRESS':
      // Great Britain's and Canada's postal codes have letters.
      if (letters > 0) return linked && cue.strong && letters <= 4 && digits >= 2 && length >= 5 && length <= 7;
      return linked ? digits >= 4 && digits <= 9 : digits === 5 || digits === 9;
    case 'DOB':
    case 'DATE':
      return (
        letters === 0 &&
        linked &&
        digits >= (cue.kind === 'DOB' ? 4 : cue.strong ? 3 : 5) &&
        digits <= 8 &&
        !isYear(code.digits)
      );
    case 'CREDIT_CARD':
      return (
        letters === 0 &&
        ((digits >= 12 && digits <= 19) || (linked && (digits === 3 || digits === 4) && !isYear(code.digits)))
      );
    case 'MRN':
    case 'HEALTH_PLAN':
    case 'ACCOUNT':
    case 'LICENSE':
    case 'VEHICLE':
    case 'DEVICE':
    case 'BIOMETRIC':
    case 'OTHER_ID':
      return admitsId(claim, code, digits, length);
    case 'NAME':
    case 'AGE':
    case 'EMAIL':
    case 'URL':
    case 'IP_ADDRESS':
    case 'PHOTO':
    case 'ORG':
      return false;
  }
}

/** "number", "line" and the like may count anything; "call me at" and "my policy is" announce an identifier. */
const COUNTED: ReadonlySet<string> = new Set('number line home work office desk message'.split(' '));
const MEASURED_ID = 5;
const ZIP = 5;

/** Whether what looks like a quantity is an identifier to the cue right before it: "call me at 5,550,132". */
function announcesNumber(words: readonly Word[], { kind, strong, last }: Cue, code: Code): boolean {
  if (code.digits.length < (kind === 'ADDRESS' ? ZIP : MEASURED_ID)) return false;
  const isExact = code.exact || isSaidInGroups(words, code);
  return strong || (isExact && !COUNTED.has(words[last]?.lower ?? ''));
}

const LEAST_GROUPS = 3;
const UNEXPLAINED = 6;

/** "the account is seventy seven, eleven, ninety four": a list by its form, in which nothing is measured. */
function isSaidInGroups(words: readonly Word[], { spoken, digits, letters, last }: Code): boolean {
  const after = words[last + 1];
  return (
    letters === 0 &&
    spoken >= LEAST_GROUPS &&
    digits.length >= UNEXPLAINED &&
    !(after !== undefined && isUnit(after.lower, after.glued))
  );
}

function admitsId({ cue, linked }: Claim, code: Code, digits: number, length: number): boolean {
  if (length > 40 || code.slug) return length <= 90 && (digits >= 4 || (linked && cue.strong && digits >= 1));
  if (isYear(code.digits) && code.letters === 0 && !(linked && cue.strong)) return false;
  // Letters alone are an identifier only when they were spelled out.
  if (digits === 0) return linked && cue.strong && code.spoken >= 4;
  if (linked && cue.kind === 'VEHICLE' && cue.strong && length === 3) return digits >= 1;
  if (linked && cue.strong) return length >= 4 && (digits >= 2 || length >= 5);
  if (linked)
    return (
      digits >= 4 ||
      (length >= 6 && digits >= 2) ||
      (cue.kind === 'VEHICLE' && length >= 4 && digits > 0 && code.letters > 0)
    );
  return cue.strong ? digits >= 4 && length >= 5 : digits >= 6;
}

function isYear(digits: string): boolean {
  return /^(?:19|20)\d\d$/.test(digits);
}
