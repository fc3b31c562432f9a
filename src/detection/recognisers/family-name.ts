import type { Reading } from '../reading.ts';
import type { Finding } from '../recogniser.ts';
import { COMMON_WORDS } from '../vocabulary/common-words.ts';
import { EPONYM_SURNAMES } from '../vocabulary/eponyms.ts';
import { isMedicalWord } from '../vocabulary/medical-words.ts';
import { NATIONALITIES } from '../vocabulary/nationalities.ts';
import { isCapitalised, type Word } from '../words.ts';
import { wordsFinding } from './ranges.ts';

/** What a family does, or is said of it. */
const DEEDS = /^(?:moved|said|called|want|wanted|live|lived|came|both|their|paid|owe|owes|asked|left)$/;
const BEFORE = /^(?:for|tell|told|with|call|called|remind|ask|asked|see|seeing)$/;
const SPORT = /^(?:root|rooting|cheer|cheering|play|played|playing|game|tickets|watch|watching|fan|fans)$/;
/** Initials that are no nickname: titles, units, days and states of a chart. */
const ABBREVIATIONS: ReadonlySet<string> = new Set(
  'PT OT ST MD RN NP PA DO ER OR IV IM PO TV ID UK US EU AI IT HR PR VP CEO BP HR RR GI GU OB GYN ENT ICU CT MR MRI EKG ECG PCP VA CVS UPS IRS DMV SSI SSA CMS FDA CDC AM PM AC PC EMS ED LA NY DC OK HI'.split(
    ' ',
  ),
);
const SAID = /^(?:said|says|told|called|asked|wants|picked|thinks|drove|drives|gave|left|texted|mentioned)$/;

/** "the Okafors", "tell the Pelts": a family by its name; "PJ said you'd call": a person by initials. */
export function findFamilyNames(reading: Reading): Finding[] {
  const { words } = reading;
  const findings: Finding[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (word?.type !== 'letters' || !isCapitalised(word)) continue;
    if (isFamily(words, at) || isInitials(words, at))
      findings.push(wordsFinding(reading, at, at, 'NAME', 'name.family', 0.75));
  }
  return findings;
}

function isFamily(words: readonly Word[], at: number): boolean {
  const [before, word, after] = [words[at - 1], words[at], words[at + 1]];
  if (word === undefined || before?.text.toLowerCase() !== 'the' || !/^[A-Z][a-z']{3,}s$/.test(word.text)) return false;
  const stem = word.lower.replace(/(?:es|s)$/, '');
  const isPublic = [word.lower, stem, word.lower.slice(0, -1)].some(
    (form) => COMMON_WORDS.has(form) || isMedicalWord(form) || NATIONALITIES.has(form) || EPONYM_SURNAMES.has(form),
  );
  if (isPublic || /(?:ics|ians?|eans?|ists?|ions?|ites)s?$/.test(word.lower)) return false;
  const ends = after === undefined || after.newLine || /^[.,?!]$/.test(after.text);
  if (DEEDS.test(after?.lower ?? '')) return true;
  return ends && BEFORE.test(words[at - 2]?.lower ?? '') && !SPORT.test(words[at - 3]?.lower ?? '');
}

/** "PJ said you'd call", "my neighbor TJ": two capitals that stand for a given name. */
function isInitials(words: readonly Word[], at: number): boolean {
  const [before, word, after] = [words[at - 1], words[at], words[at + 1]];
  if (word === undefined || !/^[A-Z]{2}$/.test(word.text) || ABBREVIATIONS.has(word.text)) return false;
  if (after === undefined || !SAID.test(after.text)) return false;
  return before === undefined || before.newLine || /^(?:[.,;!?]|and|but|so|because|that|then|when)$/.test(before.lower);
}
