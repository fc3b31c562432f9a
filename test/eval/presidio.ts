/**
 * The span metric of Presidio's own evaluation (microsoft/presidio-research, `SpanEvaluator`): spans of one kind with
 * nothing but skip words between them are one span; an annotated span is found when the findings that meet it reach an
 * intersection over union of at least 0.9, whatever their kinds; the score is F2.
 *
 * One difference: Presidio also skips the stop words of spaCy, which hold number words ("five", "twenty"). Spoken
 * numbers would vanish, so that only Presidio's own list is skipped here.
 */
import type { ScoredWord } from './words.ts';

const IOU_THRESHOLD = 0.9;

const SKIP_WORDS: ReadonlySet<string> = new Set(
  (
    "'s street st de rue via and a the or do as of day address country state city zip po apt unit corner box suite mr mrs miss year years " +
    'month months old morning noon afternoon night evening this first last week weeks weekend days age ago inc ltd'
  ).split(' '),
);

/** A span with the name of its kind; offsets in UTF-16 code units. */
export interface KindSpan {
  readonly start: number;
  readonly end: number;
  readonly label: string;
}

export interface PresidioCounts {
  readonly found: number;
  readonly annotated: number;
  readonly predicted: number;
}

/** Counts of one text. Punctuation is never a word, so it is skipped as Presidio skips it. */
export function presidioCounts(
  text: string,
  words: readonly ScoredWord[],
  annotated: readonly KindSpan[],
  predicted: readonly KindSpan[],
): PresidioCounts {
  const kept = words.filter(
    ({ start, end }) => !SKIP_WORDS.has(text.slice(start, end).toLowerCase().replace('’', "'")),
  );
  const gold = normalise(kept, annotated);
  const open = new Set(normalise(kept, predicted));
  let found = 0;
  for (const span of gold) {
    const used: Extent[] = [];
    let best = 0;
    for (const candidate of open) {
      if (candidate.start >= span.end || span.start >= candidate.end) continue;
      const iou = combinedIou(span, [...used, candidate]);
      if (iou <= best) continue;
      best = iou;
      used.push(candidate);
    }
    if (best < IOU_THRESHOLD) continue;
    found += 1;
    for (const span of used) open.delete(span);
  }
  // The findings that make up one annotated span count as one; the others each for themselves.
  return { found, annotated: gold.length, predicted: found + open.size };
}

interface Extent {
  readonly start: number;
  readonly end: number;
}

/** From the first to the last word that counts, neighbours of one kind united; spans without such a word drop out. */
function normalise(kept: readonly ScoredWord[], spans: readonly KindSpan[]): Extent[] {
  const united: { start: number; end: number; label: string; lastWord: number }[] = [];
  for (const { start, end, label } of [...spans].sort((one, other) => one.start - other.start)) {
    const first = kept.findIndex((word) => word.end > start);
    const last = kept.findLastIndex((word) => word.start < end);
    const [from, to] = [kept[first], kept[last]];
    if (from === undefined || to === undefined || last < first) continue;
    const previous = united.at(-1);
    if (previous?.label === label && previous.lastWord + 1 >= first) {
      previous.end = Math.max(previous.end, to.end);
      previous.lastWord = Math.max(previous.lastWord, last);
    } else {
      united.push({ start: from.start, end: to.end, label, lastWord: last });
    }
  }
  return united;
}

/**
 * Presidio's arithmetic as it is: the end of a span counts one character more, and every further part one character
 * earlier, which closes the blank between two parts.
 */
function combinedIou(gold: Extent, parts: readonly Extent[]): number {
  const predicted = new Set<number>();
  parts.forEach(({ start, end }, at) => {
    const shift = at === 0 ? 0 : 1;
    for (let unit = start - shift; unit < end + 1 - shift; unit++) predicted.add(unit);
  });
  let common = 0;
  for (let unit = gold.start; unit < gold.end + 1; unit++) if (predicted.has(unit)) common += 1;
  return common / (predicted.size + (gold.end + 1 - gold.start) - common);
}
