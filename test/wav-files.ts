/** WAV files for tests. */

export interface MadeWav {
  readonly tag?: number;
  readonly bits?: number;
  readonly channels?: number;
  readonly rate?: number;
  readonly data: Uint8Array;
  /** A chunk `fmt ` instead of the usual one. */
  readonly format?: Uint8Array;
  /** Chunks between format and samples. */
  readonly extra?: readonly (readonly [string, Uint8Array])[];
}

export function chunkOf(name: string, body: Uint8Array): Buffer {
  const header = Buffer.alloc(8);
  header.write(name, 'latin1');
  header.writeUInt32LE(body.length, 4);
  return Buffer.concat([header, body, Buffer.alloc(body.length % 2)]);
}

export function formatOf({ tag = 1, bits = 16, channels = 1, rate = 8000 }: Omit<MadeWav, 'data'>): Buffer {
  const format = Buffer.alloc(16);
  const frame = (channels * bits) / 8;
  format.writeUInt16LE(tag, 0);
  format.writeUInt16LE(channels, 2);
  format.writeUInt32LE(rate, 4);
  format.writeUInt32LE(rate * frame, 8);
  format.writeUInt16LE(frame, 12);
  format.writeUInt16LE(bits, 14);
  return format;
}

/** WAVEFORMATEXTENSIBLE of a plain format. */
export function extensible(made: Omit<MadeWav, 'data'>): Buffer {
  const format = Buffer.concat([formatOf({ ...made, tag: 0xfffe }), Buffer.alloc(24)]);
  format.writeUInt16LE(22, 16);
  format.writeUInt16LE(made.bits ?? 16, 18);
  format.writeUInt16LE(made.tag ?? 1, 24);
  format.write('000000001000800000aa00389b71', 26, 'hex');
  return format;
}

export function riff(...chunks: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat([Buffer.from('WAVE'), ...chunks]);
  const header = Buffer.from('RIFF\0\0\0\0', 'latin1');
  header.writeUInt32LE(body.length, 4);
  return Buffer.concat([header, body]);
}

export function wavFile(made: MadeWav): Buffer {
  const extra = (made.extra ?? []).map(([name, body]) => chunkOf(name, body));
  return riff(chunkOf('fmt ', made.format ?? formatOf(made)), ...extra, chunkOf('data', made.data));
}
