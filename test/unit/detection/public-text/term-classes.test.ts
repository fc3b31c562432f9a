import { describe, expect, it } from 'vitest';
import {
  classifyTerms,
  COMPOUND_START,
  MEDICAL,
  NAME_START,
  NAMES,
  NAMESAKE,
  PART,
  SURNAME,
} from '../../../../src/detection/public-text/term-classes.ts';
import { COMMON_DRUGS } from '../../../../src/detection/vocabulary/common-drugs.ts';
import { COMPOUND_EPONYMS, EPONYM_PARTS, EPONYM_SURNAMES } from '../../../../src/detection/vocabulary/eponyms.ts';
import { isMedicalWord, MEDICAL_WORDS } from '../../../../src/detection/vocabulary/medical-words.ts';
import { NAMESAKE_DRUGS, PUBLIC_NAMES } from '../../../../src/detection/vocabulary/public-names.ts';
import { scanWords } from '../../../../src/detection/words.ts';

const PLAIN = 'the caller said her cardiologist gave amoxapril for gastrectomy 500 mg ; ritualectomy and then some';

describe('the classes of terms', () => {
  it('say of every listed word, and of words in no list, what the lists say one by one', () => {
    const lists = [EPONYM_SURNAMES, EPONYM_PARTS, MEDICAL_WORDS, COMMON_DRUGS, NAMESAKE_DRUGS, COMPOUND_EPONYMS];
    const text = [...lists.flatMap((list) => [...list]), ...PUBLIC_NAMES, PLAIN].join(' ');
    const words = scanWords(text);
    const starts = new Set(COMPOUND_EPONYMS.map((phrase) => phrase.split(' ')[0]));
    const named = new Set(PUBLIC_NAMES.map((phrase) => scanWords(phrase)[0]?.lower));
    const classes = classifyTerms(words);
    const wrong = words.filter(({ type, lower }, at) => {
      const expected =
        (EPONYM_SURNAMES.has(lower) ? SURNAME : 0) |
        (EPONYM_PARTS.has(lower) ? PART : 0) |
        (isMedicalWord(lower) ? MEDICAL : 0) |
        (NAMESAKE_DRUGS.has(lower) ? NAMESAKE : 0) |
        (starts.has(lower) ? COMPOUND_START : 0) |
        (named.has(lower) ? NAME_START : 0);
      const asked = SURNAME | PART | MEDICAL | NAMESAKE | COMPOUND_START | NAME_START;
      return ((classes[at] ?? 0) & asked) !== (type === 'mark' ? 0 : expected);
    });
    expect(wrong.map(({ text: word }) => word)).toEqual([]);
  });

  it('let every public name begin with a word that is marked', () => {
    for (const name of PUBLIC_NAMES) {
      const words = scanWords(name);
      expect(NAMES.endAt(words, 0, true)).not.toBeNull();
      expect((classifyTerms(words)[0] ?? 0) & NAME_START).toBe(NAME_START);
    }
  });
});
