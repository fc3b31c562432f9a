import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { StampedStream, stampedText } from '../../bench/sse-reader.ts';

function stream(stamps: readonly number[], end = 'data: [DONE]\n\n'): string {
  return (
    stamps
      .map((stamp) => `data: ${JSON.stringify({ choices: [{ delta: { content: stampedText('okay', stamp) } }] })}\n\n`)
      .join('') + end
  );
}

describe('StampedStream', () => {
  test('finds every stamp and the end, however the bytes are cut', () => {
    const stamps = fc.array(fc.integer({ min: 0, max: 10 ** 15 }), { maxLength: 30 });
    fc.assert(
      fc.property(stamps, fc.array(fc.nat(4000), { maxLength: 40 }), (sent, cuts) => {
        const bytes = Buffer.from(stream(sent));
        const reader = new StampedStream();
        const found: number[] = [];
        let from = 0;
        for (const cut of [...cuts.map((at) => at % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]) {
          found.push(...reader.push(bytes.subarray(from, cut)));
          from = cut;
        }
        expect(found).toEqual(sent);
        expect(reader.chunks).toBe(sent.length);
        expect(reader.done).toBe(true);
      }),
    );
  });

  test('byte by byte, a stamp is told with its last byte and once', () => {
    const reader = new StampedStream();
    const told: [number, number][] = [];
    const text = stream([12, 345]);
    Array.from(text).forEach((letter, at) => {
      for (const stamp of reader.push(Buffer.from(letter))) told.push([at, stamp]);
    });
    expect(told).toEqual([
      [text.indexOf('@12 ') + 3, 12],
      [text.indexOf('@345 ') + 4, 345],
    ]);
  });

  test('a stream without its end mark is not done', () => {
    const reader = new StampedStream();
    reader.push(Buffer.from(stream([1, 2], '')));
    expect(reader.done).toBe(false);
    expect(reader.chunks).toBe(2);
    reader.push(Buffer.from('data: [DON'));
    expect(reader.done).toBe(false);
  });

  test('an error event is no chunk', () => {
    const reader = new StampedStream();
    expect(reader.push(Buffer.from('data: {"error":{"message":"upstream"}}\n\n'))).toEqual([]);
    expect(reader.chunks).toBe(0);
  });
});
