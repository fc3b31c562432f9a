import { describe, expect, test } from 'vitest';
import { SILENCE } from '../../../../src/detection/context/conversation.ts';
import type { Span } from '../../../../src/detection/span.ts';
import type { TextPosition } from '../../../../src/masking/request/chat-request.ts';
import { LONG_TEXT } from '../../../../src/masking/turn/long-texts/turn-searches.ts';
import { MaskingMemory } from '../../../../src/masking/turn/masking-memory.ts';
import { maskingTerms } from '../../../../src/masking/turn/masking-terms.ts';
import { NonPersonalText } from '../../../../src/masking/turn/non-personal-text.ts';
import { ALONE, TextPlacing, type PlacedText } from '../../../../src/masking/turn/placed-text.ts';
import { TextDetection } from '../../../../src/masking/turn/text-detection.ts';
import { TurnValues } from '../../../../src/masking/turn/turn-values.ts';
import { atOnce } from './mask-at-once.ts';
import { policyOf } from '../../policy/policies.ts';

function searching(passes = '[regex]') {
  const terms = maskingTerms(
    policyOf(`name: p\nversion: 1\nkid: K_HEALTHCARE\npasses: ${passes}\nentities:\n  PHONE: { action: tokenize }\n`),
  );
  const memory = new MaskingMemory();
  const nonPersonal = new NonPersonalText(false, memory.personsDays());
  const values = new TurnValues(memory, nonPersonal, terms.policy);
  const detection = new TextDetection(terms, values, nonPersonal);
  const placing = new TextPlacing(terms.policy);
  const place = (text: string, at: Partial<TextPosition> = {}): PlacedText =>
    placing.place(text, { pointer: '/tools/0/x', speaker: null, key: null, ...at }, ALONE, SILENCE);
  detection.beginPass();
  return { detection, values, terms, place };
}

const found: Span = {
  start: 0,
  end: 3,
  kind: 'NAME',
  pass: 'gemma',
  confidence: 1,
  validated: false,
  recogniser: 'gemma',
};

describe('TextDetection', () => {
  test('finds identifiers, and remembers a text in which there are none', () => {
    const { detection, terms, place } = searching();
    const phone = place('call 415-555-0142');
    expect(atOnce(detection.divided(phone, phone.text)).spans.map(({ kind }) => kind)).toEqual(['PHONE']);
    const clean = place('nothing here');
    expect(atOnce(detection.divided(clean, clean.text)).spans).toEqual([]);
    expect(terms.clean.get(clean.key)).toBe(SILENCE);
    expect(terms.clean.get(phone.key)).toBeUndefined();
  });

  test('returns offsets in the text when its key is read in front of it', () => {
    const { detection, place } = searching();
    const text = '4155550142';
    const placed = place(text, { key: 'phone_number' });
    expect(placed.cue).not.toBe('');
    const [span] = atOnce(detection.divided(placed, text)).spans;
    expect([span?.kind, span?.start, span?.end]).toEqual(['PHONE', 0, text.length]);
  });

  test('finds known values without the first `since` values', () => {
    const { detection, values, place } = searching();
    values.learn('Zelda Quux', 'NAME');
    const placed = place('is Zelda Quux in?');
    expect(detection.knownFor(placed)).toBe(1);
    expect(atOnce(detection.known(placed, placed.text, 0)).map(({ start, end }) => [start, end])).toEqual([[3, 13]]);
    expect(atOnce(detection.known(placed, placed.text, 1))).toEqual([]);
  });

  test('searches a long text for the values that were known when the pass began', () => {
    const { detection, values, place } = searching();
    const long = place('x'.repeat(LONG_TEXT));
    values.learn('Zelda Quux', 'NAME');
    expect(detection.knownFor(long)).toBe(0);
    expect(atOnce(detection.known(long, long.text, 0))).toEqual([]);
    detection.beginPass();
    expect(detection.knownFor(long)).toBe(1);
    expect(() => atOnce(detection.known(long, long.text, 0))).toThrow('searched in a thread: known');
  });

  test('returns spans of the LLM detector only for speakers that the policy has searched', () => {
    const { detection, place } = searching('[regex, diarize]\nspeakers: [user]');
    detection.addFindings(new Map([['Ann', [found]]]));
    const at = (speaker: 'user' | 'assistant') => place('Ann', { speaker, pointer: '/messages/0/content' });
    expect(detection.furtherIn(at('user'))).toEqual([found]);
    expect(detection.furtherIn(at('assistant'))).toEqual([]);
  });
});
