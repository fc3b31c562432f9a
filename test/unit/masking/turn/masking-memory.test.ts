import { describe, expect, test } from 'vitest';
import { SILENCE } from '../../../../src/detection/context/conversation.ts';
import type { EntityKind } from '../../../../src/detection/kinds.ts';
import { KnownValues } from '../../../../src/detection/known.ts';
import type { Span } from '../../../../src/detection/span.ts';
import { runAtOnce } from '../../../../src/platform/stretch.ts';
import { MaskingMemory } from '../../../../src/masking/turn/masking-memory.ts';
import type { MaskedText } from '../../../../src/masking/turn/masking-memory.ts';

const span = (start: number, end: number): Span => ({
  start,
  end,
  kind: 'PHONE',
  pass: 'regex',
  confidence: 1,
  validated: true,
  recogniser: 'test',
});

function masked(name: string, length: number, spans: readonly Span[] = []): MaskedText {
  return {
    masked: 'x'.repeat(length),
    spans,
    knownCount: 0,
    after: SILENCE,
    name,
    tokens: new Set(),
    cut: [],
    kept: [],
  };
}

const MEGABYTE = 1024 * 1024;

describe('what a session remembers of its texts', () => {
  test('is found under its key, and its spans under the digest of the text alone', () => {
    const memory = new MaskingMemory();
    const text = masked('digest', 10, [span(0, 4)]);
    memory.remember('digest user', text);
    expect([memory.text('digest user'), memory.text('digest'), memory.found('digest'), memory.found('other')]).toEqual([
      text,
      undefined,
      [span(0, 4)],
      [],
    ]);
  });

  test('has each span of a text once, wherever it was found', () => {
    const memory = new MaskingMemory();
    memory.remember('digest user', masked('digest', 10, [span(0, 4)]));
    memory.remember('digest agent', masked('digest', 10, [span(0, 4), span(6, 9)]));
    expect(memory.found('digest')).toEqual([span(0, 4), span(6, 9)]);
    expect(memory.textCount).toBe(2);
  });

  test('is bounded in bytes: the oldest is forgotten, and would be masked anew', () => {
    const memory = new MaskingMemory();
    for (let n = 0; n < 40; n += 1) memory.remember(`text ${n}`, masked(`text ${n}`, 100_000));
    expect(memory.bytes).toBeLessThan(4.2 * MEGABYTE);
    expect([memory.text('text 0'), memory.text('text 39')?.masked.length]).toEqual([undefined, 100_000]);
    expect(memory.textCount).toBe(20);
  });

  test('is bounded in number: a call of very many short texts', () => {
    const memory = new MaskingMemory();
    for (let n = 0; n < 5000; n += 1) memory.remember(`text ${n}`, masked(`text ${n}`, 1));
    expect(memory.textCount).toBe(4096);
  });

  test('holds no text that is larger than all that may be held', () => {
    const memory = new MaskingMemory();
    memory.remember('huge', masked('huge', 3 * MEGABYTE));
    expect(memory.text('huge')).toBeUndefined();
    expect(memory.bytes).toBeLessThan(MEGABYTE);
  });

  test('is forgotten as a whole when the policy changes; what is known of the call stays known', () => {
    const memory = new MaskingMemory();
    memory.remember('a', masked('a', 10, [span(0, 4)]));
    memory.known.set('415-555-0142', 'PHONE');
    memory.forgetTexts();
    expect([memory.textCount, memory.text('a'), memory.found('a'), memory.known.size]).toEqual([0, undefined, [], 1]);
  });
});

test('a session counts its values too, and is never taken for nothing', () => {
  const memory = new MaskingMemory();
  const empty = memory.bytes;
  expect(empty).toBeGreaterThan(0);
  for (let n = 0; n < 100; n += 1) memory.known.set(`415-555-${1000 + n}`, 'PHONE');
  expect(memory.bytes).toBeGreaterThan(empty + 100_000);
});

describe('the values of a session', () => {
  const values = (...pairs: readonly (readonly [string, EntityKind])[]): KnownValues => {
    const known = new KnownValues();
    for (const [value, kind] of pairs) known.set(value, kind);
    return known;
  };

  test('are those of all its turns, oldest first, each with its first kind', () => {
    const memory = new MaskingMemory();
    runAtOnce(memory.learning(values(['415-555-0142', 'PHONE'], ['Zorblax Quimby', 'NAME'])));
    runAtOnce(memory.learning(values(['7734219', 'MRN'], ['Zorblax Quimby', 'ORG'])));
    runAtOnce(memory.learning(values()));
    expect([...memory.known]).toEqual([
      ['415-555-0142', 'PHONE'],
      ['Zorblax Quimby', 'NAME'],
      ['7734219', 'MRN'],
    ]);
    expect(memory.known.find('zorblax quimby, 7734219').map(({ kind }) => kind)).toEqual(['NAME', 'MRN']);
  });
});
