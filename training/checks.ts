/** What a trained tagger reaches on texts whose labels are known, and how sure it may be. */

import { foldText } from '../src/detection/folding.ts';
import { TAG_TYPES } from '../src/detection/tagger/labels.ts';
import type { Calibration } from '../src/detection/tagger/model.ts';
import type { Tagger } from '../src/detection/tagger/tagger.ts';
import { scanWords, type Word } from '../src/detection/words.ts';
import { fit, type Decision, THRESHOLD } from './calibration.ts';
import type { Example } from './corpus.ts';

/** The words of a text as detection reads them; none where folding changes its length. */
export const wordsOf = (text: string): readonly Word[] => {
  const folded = foldText(text).text;
  return folded.length === text.length ? scanWords(folded) : [];
};
/** Returns true if the word and the stretch share a character. */
export const meets = (word: Word, { start, end }: { readonly start: number; readonly end: number }): boolean =>
  word.start < end && start < word.end;

/** A temperature at which no confidence is rounded to 1. */
const UNIT = 1000;
/** Calibrations of a tagger whose margins are asked for. */
export const UNCALIBRATED = TAG_TYPES.map((): Calibration => ({ offset: 0, temperature: UNIT }));

/** By type: where the tagger's confidences are nearest to how often it is right. */
export function calibrate(tagger: Tagger, from: readonly Example[]): readonly Calibration[] {
  const decisions = TAG_TYPES.map((): Decision[] => []);
  for (const { text, spans, unknown, types } of from) {
    const words = wordsOf(text);
    for (const { first, last, confidence, type } of tagger.tag(words)) {
      const stretch = words.slice(first, last + 1);
      if (!types.has(type) || stretch.some((word) => unknown.some((other) => meets(word, other)))) continue;
      const right = stretch.some((word) => spans.some((span) => meets(word, span)));
      decisions[TAG_TYPES.indexOf(type)]?.push({ margin: -UNIT * Math.log(1 / confidence - 1), right });
    }
  }
  return decisions.map((of, at) => fit(of, TAG_TYPES[at] ?? 'NAME'));
}

/** Precision and recall of words, at the default threshold. */
export function measure(
  tagger: Tagger,
  from: readonly Example[],
): { readonly precision: number; readonly recall: number } {
  let [right, found, wanted] = [0, 0, 0];
  for (const { text, spans, unknown, types } of from) {
    const words = wordsOf(text);
    const covered = new Uint8Array(words.length);
    for (const { first, last, type, confidence } of tagger.tag(words))
      if (type !== 'ORG' && types.has(type) && confidence >= THRESHOLD) covered.fill(1, first, last + 1);
    words.forEach((word, at) => {
      if (word.type === 'mark') return;
      const gold = spans.find((span) => meets(word, span));
      if (gold?.type === 'ORG' || unknown.some((span) => meets(word, span))) return;
      if (gold) wanted++;
      if (covered[at]) found++;
      if (gold && covered[at]) right++;
    });
  }
  return { precision: right / Math.max(1, found), recall: right / Math.max(1, wanted) };
}
