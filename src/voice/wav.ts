/**
 * Reads and writes WAV files (RIFF/WAVE, Microsoft's Multimedia Programming Interface 1.0 and WAVEFORMATEXTENSIBLE).
 * A file comes from anywhere, so every length is checked before it is used, and what two readers could read
 * differently is refused.
 */

/** How a sample is stored. */
type Encoding = 'unsigned-8' | 'signed-16' | 'signed-24' | 'signed-32' | 'float-32' | 'float-64';

export interface Wav {
  readonly encoding: Encoding;
  readonly channels: number;
  /** Frames a second. A frame has one sample of each channel. */
  readonly rate: number;
  readonly frames: number;
  /** The bytes of the chunk `fmt `, as they were. */
  readonly format: Uint8Array;
  /** The samples: `frames` times `channels`, interleaved. */
  readonly data: Uint8Array;
}

export interface WavProblem {
  readonly ok: false;
  readonly message: string;
}
export type ReadWav = { readonly ok: true; readonly wav: Wav } | WavProblem;

const RIFF_HEADER = 12;
const CHUNK_HEADER = 8;
const [PCM, FLOAT, EXTENSIBLE] = [1, 3, 0xfffe];
/** The last 14 bytes of a sub-format that stands for a plain format tag (KSDATAFORMAT_SUBTYPE). */
const SUBFORMAT_TAIL = '000000001000800000aa00389b71';
const MOST_CHANNELS = 16;
const [LOWEST_RATE, HIGHEST_RATE] = [1000, 768_000];

const ENCODINGS: ReadonlyMap<string, Encoding> = new Map([
  [`${PCM}/8`, 'unsigned-8'],
  [`${PCM}/16`, 'signed-16'],
  [`${PCM}/24`, 'signed-24'],
  [`${PCM}/32`, 'signed-32'],
  [`${FLOAT}/32`, 'float-32'],
  [`${FLOAT}/64`, 'float-64'],
]);

/** Reads a whole file. Never throws; the message of a problem repeats nothing of the file but numbers of its header. */
export function readWav(file: Uint8Array): ReadWav {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < RIFF_HEADER || ascii(file, 0) !== 'RIFF' || ascii(file, 8) !== 'WAVE')
    return problem('is no RIFF file of type WAVE');
  const size = view.getUint32(4, true);
  if (size + CHUNK_HEADER !== file.length) return problem(`says that it has ${size + 8} bytes, and has ${file.length}`);
  let format: Uint8Array | null = null;
  let data: Uint8Array | null = null;
  for (let at = RIFF_HEADER; at < file.length;) {
    if (at + CHUNK_HEADER > file.length) return problem('ends within the header of a chunk');
    const [name, length] = [ascii(file, at), view.getUint32(at + 4, true)];
    const from = at + CHUNK_HEADER;
    if (length > file.length - from) return problem('has a chunk that is longer than the file');
    const body = file.subarray(from, from + length);
    if (name === 'fmt ') {
      if (format !== null) return problem('has two formats');
      format = body;
    } else if (name === 'data') {
      if (format === null) return problem('has samples before their format');
      if (data !== null) return problem('has two parts of samples');
      data = body;
    }
    at = from + length + (length % 2);
  }
  if (format === null || data === null) return problem('has no format, or no samples');
  return inFormat(format, data);
}

function inFormat(format: Uint8Array, data: Uint8Array): ReadWav {
  if (format.length < 16) return problem('has a format that is too short');
  const view = new DataView(format.buffer, format.byteOffset, format.byteLength);
  const tag = plainTag(format, view);
  const [channels, rate] = [view.getUint16(2, true), view.getUint32(4, true)];
  const [bytesASecond, frame, bits] = [view.getUint32(8, true), view.getUint16(12, true), view.getUint16(14, true)];
  const encoding = tag === null ? undefined : ENCODINGS.get(`${tag}/${bits}`);
  if (encoding === undefined)
    return problem(
      `has format ${view.getUint16(0, true)} with ${bits} bits: only PCM of 8, 16, 24 and 32 bits and float are read`,
    );
  if (channels < 1 || channels > MOST_CHANNELS) return problem(`has ${channels} channels`);
  if (rate < LOWEST_RATE || rate > HIGHEST_RATE) return problem(`has ${rate} frames a second`);
  if (frame !== (channels * bits) / 8 || bytesASecond !== rate * frame)
    return problem('has a format whose numbers contradict each other');
  if (data.length % frame !== 0) return problem('ends within a frame');
  return { ok: true, wav: { encoding, channels, rate, frames: data.length / frame, format, data } };
}

/** PCM or float; of an extensible format what its sub-format says, where all bits of a sample count. */
function plainTag(format: Uint8Array, view: DataView): number | null {
  const tag = view.getUint16(0, true);
  if (tag !== EXTENSIBLE) return tag;
  if (format.length < 40 || view.getUint16(16, true) < 22 || view.getUint16(18, true) !== view.getUint16(14, true))
    return null;
  const tail = Array.from(format.subarray(26, 40), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return tail === SUBFORMAT_TAIL ? view.getUint16(24, true) : null;
}

/** Writes a file with the format and the samples alone: other chunks of the file that was read may name people. */
export function writeWav({ format, data }: Wav): Uint8Array {
  const chunks = [chunk('fmt ', format), chunk('data', data)];
  const length = chunks.reduce((sum, bytes) => sum + bytes.length, 4);
  const header = new Uint8Array(RIFF_HEADER);
  header.set(Buffer.from('RIFF'), 0);
  new DataView(header.buffer).setUint32(4, length, true);
  header.set(Buffer.from('WAVE'), 8);
  return Buffer.concat([header, ...chunks]);
}

function chunk(name: string, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(CHUNK_HEADER + body.length + (body.length % 2));
  bytes.set(Buffer.from(name), 0);
  new DataView(bytes.buffer).setUint32(4, body.length, true);
  bytes.set(body, CHUNK_HEADER);
  return bytes;
}

const ascii = (file: Uint8Array, at: number): string => Buffer.from(file.subarray(at, at + 4)).toString('latin1');

const problem = (message: string): WavProblem => ({ ok: false, message });

/** How a value from -1 to 1 is stored as one sample at a byte. */
interface SampleForm {
  /** Length of a sample. */
  readonly bytes: number;
  readonly set: (view: DataView, at: number, value: number) => void;
}

const SAMPLES: Readonly<Record<Encoding, SampleForm>> = {
  'unsigned-8': {
    bytes: 1,
    set: (view, at, value) => {
      view.setUint8(at, Math.round(128 + value * 127));
    },
  },
  'signed-16': {
    bytes: 2,
    set: (view, at, value) => {
      view.setInt16(at, Math.round(value * 0x7fff), true);
    },
  },
  'signed-24': {
    bytes: 3,
    set: (view, at, value) => {
      const sample = Math.round(value * 0x7fffff);
      view.setUint16(at, sample & 0xffff, true);
      view.setInt8(at + 2, sample >> 16);
    },
  },
  'signed-32': {
    bytes: 4,
    set: (view, at, value) => {
      view.setInt32(at, Math.round(value * 0x7fffffff), true);
    },
  },
  'float-32': {
    bytes: 4,
    set: (view, at, value) => {
      view.setFloat32(at, value, true);
    },
  },
  'float-64': {
    bytes: 8,
    set: (view, at, value) => {
      view.setFloat64(at, value, true);
    },
  },
};

/** Returns a function that stores a value from -1 to 1 as one sample at a byte. */
export function sampleWriter(
  encoding: Encoding,
  view: DataView,
): { readonly bytes: number; set(at: number, value: number): void } {
  const { bytes, set } = SAMPLES[encoding];
  return {
    bytes,
    set: (at, value) => {
      set(view, at, value);
    },
  };
}
