import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { readEvent, SseFraming, writeEvent } from '../../../../src/masking/rehydration/sse-framing.ts';

// Properties run thousands of times: more than five seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

/** The events of the stream, fed in the given pieces, and what was left. */
function frame(pieces: readonly string[], maxBytes = 1000): { events: string[]; left: string } | null {
  const framing = new SseFraming(maxBytes);
  const events: string[] = [];
  for (const piece of pieces) {
    const found = framing.push(Buffer.from(piece, 'latin1'));
    if (found === null) return null;
    events.push(...found.map((event) => Buffer.from(event).toString('latin1')));
  }
  return { events, left: Buffer.from(framing.end()).toString('latin1') };
}

describe('framing', () => {
  it.each(['\n', '\r\n', '\r'])('ends events at blank lines of %j', (eol) => {
    const stream = ['data: a', eol, 'id: 1', eol, eol, ': note', eol, eol, 'data: rest'];
    expect(frame([stream.join('')])).toEqual({
      events: [`data: a${eol}id: 1${eol}${eol}`, `: note${eol}${eol}`],
      left: 'data: rest',
    });
  });

  it('ends events at mixed blank lines', () => {
    expect(frame(['a\r\n\nb\n\r\nc\r\r\nd\n\r'])?.events).toEqual(['a\r\n\n', 'b\n\r\n', 'c\r\r\n', 'd\n\r']);
  });

  it('does not take a CRLF that two chunks cut for a blank line', () => {
    expect(frame(['a\r', '\nb\r', '\n\r', '\nc'])).toEqual({ events: ['a\r\nb\r\n\r', '\n'], left: 'c' });
  });

  it('gives an event as soon as it has ended', () => {
    const framing = new SseFraming(100);
    expect(framing.push(Buffer.from('data: a\n'))).toEqual([]);
    expect(framing.atBoundary).toBe(false);
    expect(framing.push(Buffer.from('\nb'))).toEqual([Buffer.from('data: a\n\n')]);
    expect(framing.push(Buffer.from('\n\n'))).toEqual([Buffer.from('b\n\n')]);
    expect(framing.atBoundary).toBe(true);
  });

  it('loses no byte and ends no line twice, however the stream is cut', () => {
    const stream = fc.array(fc.constantFrom('\r', '\n', '\r\n', 'data: x', ':', '\xff', '\n\n'), { maxLength: 20 });
    const isBlank = (event: string) => /^[\r\n]*$/.test(event);
    fc.assert(
      fc.property(stream, fc.array(fc.nat(80), { maxLength: 6 }), (parts, places) => {
        const text = parts.join('');
        const ends = [...places.map((place) => place % (text.length + 1)), text.length].sort((a, b) => a - b);
        const pieces = ends.map((end, i) => text.slice(ends[i - 1] ?? 0, end));
        const whole = frame([text]);
        const cutUp = frame(pieces);
        expect([...(cutUp?.events ?? []), cutUp?.left].join('')).toBe(text);
        // A CR that ends a chunk ends an event without its LF, which then stands alone.
        const contents = (events: readonly string[] = []) =>
          events.filter((event) => !isBlank(event)).map((event) => event.trim());
        expect(contents(cutUp?.events)).toEqual(contents(whole?.events));
      }),
      { numRuns: 3000 },
    );
  });

  it('refuses an event that is too large, whether it has ended or not', () => {
    expect(frame(['a'.repeat(10)], 10)).not.toBeNull();
    expect(frame(['a'.repeat(11)], 10)).toBeNull();
    expect(frame(['aaaaaa', 'aaaaaa'], 10)).toBeNull();
    expect(frame([`${'a'.repeat(9)}\n\n`], 10)).toBeNull();
    expect(frame(['aaaa\n\n'.repeat(10)], 10)?.events).toHaveLength(10);
  });

  it('keeps its own copy of what has not ended', () => {
    const framing = new SseFraming(100);
    const chunk = Buffer.from('data: a');
    framing.push(chunk);
    chunk.fill(0x7a);
    expect(framing.push(Buffer.from('\n\n'))).toEqual([Buffer.from('data: a\n\n')]);
  });
});

describe('an event', () => {
  it.each([
    ['data: a\n\n', 'a'],
    ['data:a\n\n', 'a'],
    ['data:  a\n\n', ' a'],
    ['data\n\n', ''],
    ['data: a\ndata: b\n\n', 'a\nb'],
    ['data: a:b\r\n\r\n', 'a:b'],
    ['\ufeffdata: a\n\n', 'a'],
    [': data: a\n\n', null],
    ['Data: a\n\n', null],
    ['\n', null],
  ])('%j has the data %j', (text, data) => {
    expect(readEvent(text).data).toBe(data);
  });

  it('keeps its other lines when its data is written anew', () => {
    const event = readEvent('event: message\r\nid: 7\r\n: note\r\ndata: old\r\nretry: 5\r\n\r\n');
    expect(event.name).toBe('message');
    expect(writeEvent(event, 'new')).toBe('event: message\r\nid: 7\r\n: note\r\nretry: 5\r\ndata: new\r\n\r\n');
  });

  it('has a line of data for each line of its text', () => {
    const event = readEvent('data: x\n\n');
    expect(writeEvent(event, 'a\nb\r\nc\rd')).toBe('data: a\ndata: b\ndata: c\ndata: d\n\n');
    expect(readEvent(writeEvent(event, 'a\n\nb')).data).toBe('a\n\nb');
  });
});
