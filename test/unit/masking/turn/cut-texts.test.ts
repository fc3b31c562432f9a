import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { detect } from '../../../../src/detection/detection.ts';
import { DEFAULT_RULES } from '../../../../src/detection/rules.ts';
import type { DetectionRules } from '../../../../src/detection/span.ts';
import { findBeside } from '../../../../src/masking/turn/cut-texts.ts';
import { inOneStep, runAtOnce } from '../../../../src/platform/steps.ts';

const BY_RULE: DetectionRules = { ...DEFAULT_RULES, passes: ['regex', 'known'] };
const found = (before: string, text: string, after: string): string[] =>
  runAtOnce(findBeside(text, { before, after }, (joined) => inOneStep(() => detect(joined, BY_RULE)))).map(
    ({ start, end }) => text.slice(start, end),
  );

describe('a text beside others', () => {
  test('has what is found over its ends, cut to it', () => {
    expect(found('my ssn is 219-0', '9-9999 ok', '')).toContain('9-9999');
    expect(found('', 'my ssn is 219-0', '9-9999')).toContain('219-0');
    expect(found('my name is Aurelia Kowal', 'czyk', ' speaking')).toContain('czyk');
  });

  test('is words apart from them where that is likelier', () => {
    expect(found('my member id is', 'W4419', '')).toEqual(['W4419']);
    expect(found('call 415-555-0132', 'and ask', '')).toEqual([]);
    expect(found('my name is Aurelia', 'and ask', '')).toEqual([]);
  });

  test('that stands alone is not searched again', () => {
    expect(runAtOnce(findBeside('415-555-0132', { before: '', after: '' }, () => expect.unreachable()))).toEqual([]);
  });

  test('shows a written number wherever it is cut', () => {
    const value = '4155550132';
    fc.assert(
      fc.property(fc.integer({ min: 1, max: value.length - 1 }), (cut) => {
        expect(found('', `call ${value.slice(0, cut)}`, value.slice(cut))).toContain(value.slice(0, cut));
        expect(found(`call ${value.slice(0, cut)}`, value.slice(cut), '')).toContain(value.slice(cut));
      }),
    );
  });
});
