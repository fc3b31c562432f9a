/**
 * Recognisers that a tenant's policy brings along: the forms of identifiers that only the tenant knows. They are of pass
 * `regex`, read the folded text, and are held against what was spelled out or read aloud as well. See docs/detection.md.
 */
import { foldText } from './folding.ts';
import { compileRegex } from './linear-regex.ts';
import type { LinearRegex, Stretch } from './linear-regex.ts';
import type { Reading } from './reading.ts';
import type { Finding, Recogniser } from './recogniser.ts';
import type { TenantPattern } from './span.ts';
import { checksumHolds } from './tenant-checksums.ts';
import { scanWords } from './words.ts';
import type { Word } from './words.ts';

const COMPILED = new WeakMap<readonly TenantPattern[], readonly Recogniser[]>();

/**
 * The recognisers of a policy's patterns, made once for each list. Throws RangeError for an expression that
 * `compileRegex` refuses: a policy with one never loads.
 */
export function tenantRecognisers(patterns: readonly TenantPattern[]): readonly Recogniser[] {
  const known = COMPILED.get(patterns);
  if (known !== undefined) return known;
  const recognisers = patterns.map(tenantRecogniser);
  COMPILED.set(patterns, recognisers);
  return recognisers;
}

function tenantRecogniser(pattern: TenantPattern): Recogniser {
  const compiled = compileRegex(pattern.regex);
  if (!compiled.ok) throw new RangeError(`the pattern ${pattern.name} ${compiled.message}`);
  const { regex } = compiled;
  const cues = pattern.cues.map(cueWords).filter((cue) => cue.length > 0);
  const name = `tenant.${pattern.name}`;
  return {
    name,
    passes: ['regex'],
    find: (reading) => {
      const findings: Finding[] = [];
      for (const { start, end, value } of candidates(regex, reading)) {
        const isNear = cues.length > 0 && hasCueNear(reading.words, cues, start, end, pattern.within);
        if (cues.length > 0 && !isNear) continue;
        const validated = pattern.checksum !== null && checksumHolds(pattern.checksum, value);
        const failed = pattern.checksum !== null && !validated;
        // A failed check digit may be a slip of the tongue: beside a cue it costs confidence, without one the finding.
        if (failed && !isNear) continue;
        const confidence = failed ? pattern.confidence / 2 : pattern.confidence;
        findings.push({ start, end, kind: pattern.kind, confidence, validated, recogniser: name });
      }
      return findings;
    },
  };
}

interface Candidate extends Stretch {
  /** The characters that were meant. */
  readonly value: string;
}

function candidates(regex: LinearRegex, { text, codes, words }: Reading): Candidate[] {
  const written = regex.find(text).map(({ start, end }) => ({ start, end, value: text.slice(start, end) }));
  // "a c four four two one" and "AC 44-21" are both read as AC4421: at most 64 parts each, so this is linear, too.
  const meant = codes.flatMap(({ chars, first, last }) => {
    const value = [chars, chars.toLowerCase()].find((spelling) => regex.matchesWhole(spelling));
    const [start, end] = [words[first]?.start, words[last]?.end];
    if (value === undefined || start === undefined || end === undefined) return [];
    // What is written just so was judged in its place, where it may stand at no boundary.
    return text.slice(start, end) === value ? [] : [{ start, end, value }];
  });
  return [...written, ...meant];
}

/** The words of a cue as the text has them. */
function cueWords(cue: string): readonly string[] {
  return scanWords(foldText(cue).text).map(({ lower }) => lower);
}

type Cues = readonly (readonly string[])[];

/** Whether a cue stands before or after the stretch with at most `within` words between; marks do not count as words. */
function hasCueNear(words: readonly Word[], cues: Cues, start: number, end: number, within: number): boolean {
  // Before the stretch a cue is met by its last word, after it by its first.
  return (
    isMet(words, firstWordFrom(words, start) - 1, -1, within, (at) =>
      cues.some((cue) => standsAt(words, cue, at - cue.length + 1)),
    ) || isMet(words, firstWordFrom(words, end), 1, within, (at) => cues.some((cue) => standsAt(words, cue, at)))
  );
}

/** Whether `isCue` holds for a word on the way from `from`, in steps of `step`, over at most `within` others. */
function isMet(
  words: readonly Word[],
  from: number,
  step: 1 | -1,
  within: number,
  isCue: (at: number) => boolean,
): boolean {
  let passed = 0;
  // A text may consist of marks: they are no words, but not for ever.
  const most = 4 * within + 16;
  for (let steps = 0, at = from; passed <= within && steps <= most && words[at] !== undefined; steps++, at += step) {
    if (isCue(at)) return true;
    if (words[at]?.type !== 'mark') passed++;
  }
  return false;
}

function standsAt(words: readonly Word[], cue: readonly string[], at: number): boolean {
  return at >= 0 && cue.every((word, index) => words[at + index]?.lower === word);
}

/** The index of the first word that starts at `offset` or later. */
function firstWordFrom(words: readonly Word[], offset: number): number {
  let low = 0;
  let high = words.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((words[middle]?.start ?? Infinity) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
