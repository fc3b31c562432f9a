import { describe, expect, it } from 'vitest';
import { policyLines, settingWords, settledOrigin } from '../../../src/portal/app/pages/session/why-words.ts';
import type { Setting } from '../../../src/portal/app/pages/session/why-words.ts';

const setting = (change: Partial<Setting>): Setting => ({
  role: 'action',
  key: 'entities.PHONE.action',
  value: 'tokenize',
  line: 4,
  text: 'PHONE: { action: tokenize }',
  ...change,
});

const REDACTION = {
  eventId: 'evt_1',
  seq: 3,
  turn: 1,
  at: '2026-11-30T10:00:00.000Z',
  pass: 'ner',
  entityKind: 'PHONE',
  span: { start: 0, end: 12 },
  path: '/messages/0/content',
  confidence: 0.7,
  action: 'tokenize',
  tokenKind: 'MSKV1',
  kid: 'K_HEALTHCARE',
  speaker: 'user',
};

describe('lines of a policy', () => {
  it('have all settings of one line together, and what is not written last', () => {
    const groups = policyLines([
      setting({ role: 'looked_for', line: null, text: null }),
      setting({ role: 'threshold', line: 9, text: 'below' }),
      setting({}),
      setting({ role: 'text_kept' }),
    ]);
    expect(groups.map(({ line, settings }) => [line, settings.map(({ role }) => role)])).toEqual([
      [4, ['action', 'text_kept']],
      [9, ['threshold']],
      [null, ['looked_for']],
    ]);
  });
});

describe('words of a setting', () => {
  it.each([
    [setting({ role: 'looked_for', value: 'true' }), 'Phone is searched for in the pass ner'],
    [setting({ role: 'threshold', value: '0.6' }), 'Phone needs a confidence of 0.6, and this had 0.700'],
    [setting({ value: 'passthrough' }), 'The value passes unmasked'],
    [setting({ value: 'redact' }), 'The value is removed for good'],
    [setting({ role: 'text_kept', value: 'false' }), 'The text of the turn is not kept'],
  ])('say what it decided (%#)', (each, words) => {
    expect(settingWords(each, REDACTION)).toBe(words);
  });
});

describe('what is known of the recogniser without a search', () => {
  it('is that there was none, for known values and for the LLM detector', () => {
    expect(settledOrigin('known', [])).toContain('known in the call');
    expect(settledOrigin('gemma', [])).toContain('LLM detector');
  });

  it('is that the text is not kept, where the policy keeps none', () => {
    expect(settledOrigin('ner', [setting({ role: 'text_kept', value: 'false' })])).toContain('not kept');
    expect(settledOrigin('ner', [setting({ role: 'text_kept', value: 'true' })])).toBeNull();
  });
});
