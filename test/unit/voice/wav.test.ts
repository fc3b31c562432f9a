/** WAV files: read strictly, and covered to the sample. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bleep, MARGIN } from '../../../src/voice/bleep.ts';
import { readWav, writeWav } from '../../../src/voice/wav.ts';
import type { Wav } from '../../../src/voice/wav.ts';
import { chunkOf, extensible, formatOf, riff, wavFile } from '../../wav-files.ts';

const read = (file: Uint8Array): Wav => {
  const found = readWav(file);
  if (!found.ok) throw new Error(found.message);
  return found.wav;
};
const FORMATS = [
  ['PCM of 8 bits', 1, 8],
  ['PCM of 16 bits', 1, 16],
  ['PCM of 24 bits', 1, 24],
  ['PCM of 32 bits', 1, 32],
  ['float of 32 bits', 3, 32],
  ['float of 64 bits', 3, 64],
] as const;
/** Samples of a ramp, so that each frame differs from its neighbours. */
const ramp = (bytes: number): Uint8Array => Uint8Array.from({ length: bytes }, (_, at) => (at * 7 + 3) % 251);

describe('readWav', () => {
  test.each(FORMATS)('reads %s, plain and extensible, with other chunks between', (_name, tag, bits) => {
    const data = ramp((bits / 8) * 2 * 50);
    const plain = wavFile({ tag, bits, channels: 2, rate: 44_100, data, extra: [['LIST', Buffer.from('abc')]] });
    const long = wavFile({ format: extensible({ tag, bits, channels: 2, rate: 44_100 }), data });
    for (const file of [plain, long])
      expect(read(file)).toMatchObject({ channels: 2, rate: 44_100, frames: 50, data: Buffer.from(data) });
  });

  const GOOD = formatOf({});
  const changed = (at: number, value: number): Buffer => {
    const format = Buffer.from(GOOD);
    format.writeUInt16LE(value, at);
    return format;
  };
  const DATA = Buffer.alloc(20);
  test.each([
    ['an empty file', Buffer.alloc(0)],
    ['another file', Buffer.from('ID3 and some more bytes of it')],
    ['RF64', Buffer.concat([Buffer.from('RF64'), wavFile({ data: DATA }).subarray(4)])],
    ['a file that was cut', wavFile({ data: DATA }).subarray(0, 50)],
    ['a chunk behind the end', Buffer.concat([wavFile({ data: DATA }), chunkOf('LIST', Buffer.from('abcd'))])],
    ['bytes behind the end', Buffer.concat([wavFile({ data: DATA }), Buffer.alloc(2)])],
    [
      'a chunk that is longer than the file',
      (() => {
        const file = wavFile({ data: DATA });
        file.writeUInt32LE(0x7ffff000, file.length - 24);
        return file;
      })(),
    ],
    ['half a header of a chunk', riff(chunkOf('fmt ', GOOD), chunkOf('data', DATA), Buffer.from('LIST'))],
    ['samples before the format', riff(chunkOf('data', DATA), chunkOf('fmt ', GOOD))],
    ['two formats', riff(chunkOf('fmt ', GOOD), chunkOf('fmt ', GOOD), chunkOf('data', DATA))],
    ['two parts of samples', riff(chunkOf('fmt ', GOOD), chunkOf('data', DATA), chunkOf('data', DATA))],
    ['no samples', riff(chunkOf('fmt ', GOOD))],
    ['a short format', riff(chunkOf('fmt ', GOOD.subarray(0, 14)), chunkOf('data', DATA))],
    ['mu-law', wavFile({ tag: 7, bits: 8, data: DATA })],
    ['12 bits', wavFile({ bits: 12, data: DATA })],
    ['no channels', wavFile({ format: changed(2, 0), data: DATA })],
    ['more channels than a recording has', wavFile({ channels: 17, data: Buffer.alloc(34) })],
    ['a rate of zero', wavFile({ rate: 0, data: DATA })],
    ['a frame of another size', wavFile({ format: changed(12, 4), data: DATA })],
    ['another number of bytes a second', wavFile({ format: changed(8, 1), data: DATA })],
    ['half a frame', wavFile({ channels: 2, data: Buffer.alloc(6) })],
    ['an extensible format of another kind', wavFile({ format: extensible({ tag: 7 }), data: DATA })],
    [
      'an extensible format with fewer valid bits',
      (() => {
        const format = extensible({});
        format.writeUInt16LE(12, 18);
        return wavFile({ format, data: DATA });
      })(),
    ],
  ])('refuses %s', (_name, file) => {
    expect(readWav(file)).toEqual({ ok: false, message: expect.any(String) as string });
  });

  test('never throws, whatever bytes it gets', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.tuple(fc.nat(63), fc.nat(255)).map(([at, byte]) => {
        const file = wavFile({ data: DATA });
        file.writeUInt8(byte, at);
        return file;
      }),
    );
    fc.assert(fc.property(bytes, (file) => typeof readWav(file).ok === 'boolean'));
  });
});

describe('writeWav', () => {
  test('writes what was read, without the chunks that may name people', () => {
    const data = ramp(21);
    const file = wavFile({ bits: 8, data, extra: [['LIST', Buffer.from('Maria Gonzalez')]] });
    const written = writeWav(read(file));
    expect(read(written)).toMatchObject({ frames: 21, data: Buffer.from(data) });
    expect(Buffer.from(written).includes('Maria')).toBe(false);
  });
});

describe('bleep', () => {
  test.each(FORMATS)('covers the frames of a stretch and its margins in %s, and no other byte', (_name, tag, bits) => {
    const rate = 8000;
    const frame = (bits / 8) * 2;
    const wav = read(wavFile({ tag, bits, channels: 2, rate, data: ramp(frame * rate) }));
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1.2, noNaN: true }),
        fc.double({ min: 0, max: 0.5, noNaN: true }),
        (start, length) => {
          const covered = bleep(wav, [{ start, end: start + length }]);
          const first = Math.max(0, Math.floor((start - MARGIN) * rate)) * frame;
          const last = Math.min(rate, Math.ceil((start + length + MARGIN) * rate)) * frame;
          expect([covered.frames, covered.data.length]).toEqual([rate, wav.data.length]);
          expect(
            Buffer.compare(covered.data.subarray(0, Math.min(first, wav.data.length)), wav.data.subarray(0, first)),
          ).toBe(0);
          expect(Buffer.compare(covered.data.subarray(last), wav.data.subarray(last))).toBe(0);
          // What was said is not mixed into the tone: other samples give the same.
          const other = bleep({ ...wav, data: new Uint8Array(wav.data.length) }, [{ start, end: start + length }]);
          if (first < last)
            expect(Buffer.compare(covered.data.subarray(first, last), other.data.subarray(first, last))).toBe(0);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('writes a tone that is heard, within the range of the samples', () => {
    const wav = read(wavFile({ data: Buffer.alloc(16_000) }));
    const { data } = bleep(wav, [{ start: 0, end: 1 }]);
    const samples = new Int16Array(data.buffer, data.byteOffset, data.length / 2);
    expect(Math.max(...samples)).toBeGreaterThan(6000);
    expect(Math.max(...samples)).toBeLessThan(16_000);
  });
});
