/**
 * An encrypted and authenticated file of lines, written and read as a stream. See docs/operations.md, Backup.
 *
 *   file    = header || chunk*
 *   header  = JSON || 0x0a: type, time, kid and version of the key, and the wrapped key of this file
 *   chunk   = AES-256-GCM(file key, nonce, 65,536 bytes or fewer of gzip, SHA-256(header)) || tag
 *   nonce   = 7 zero bytes || number of the chunk (4 bytes) || 1 for the last chunk, else 0
 *
 * The file key is random, so that no nonce is used twice under one key. Every chunk is bound to its place and to the
 * header; a file that was cut ends with a chunk that is not the last. (The STREAM construction of Hoang et al., 2015.)
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { access, open, rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { z } from 'zod';
import { errorCode } from '../platform/error-code.ts';
import { freshBytes } from '../platform/random-bytes.ts';
import { sha256 } from '../platform/sha256.ts';
import type { KeyRing } from '../tokens/key-ring.ts';

const ALGORITHM = 'aes-256-gcm';
const CHUNK = 65_536;
const TAG = 16;
const PURPOSE = 'masker/sealed-file';
/** Bytes of a header at most. */
const MOST_HEADER = 4096;
const LINE_END = 0x0a;

export type SealedFileType = 'backup' | 'vault';

/** Why a file is refused. */
export type SealedFileFault = 'exists' | 'unreadable' | 'not_sealed' | 'other_type' | 'no_key' | 'damaged';

/** A file that cannot be written or read. The message says what to do. */
export class SealedFileError extends Error {
  override readonly name = 'SealedFileError';
  readonly fault: SealedFileFault;

  constructor(fault: SealedFileFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
  }
}

const HEADER = z.object({
  masker_file: z.literal(1),
  type: z.enum(['backup', 'vault']),
  created_at: z.iso.datetime(),
  kid: z.string(),
  key_version: z.string(),
  file_key: z.base64(),
});
type Header = z.infer<typeof HEADER>;

const scopeOf = ({ type, created_at: at, kid }: Pick<Header, 'type' | 'created_at' | 'kid'>): string =>
  `${PURPOSE}/v1|${type}|${at}|${kid}`;

/**
 * Writes the lines to `file`, which appears when it is complete. `now` is in milliseconds since the epoch.
 *
 * @throws SealedFileError where the file exists or cannot be written
 */
export async function writeSealedFile(
  file: string,
  type: SealedFileType,
  ring: KeyRing,
  now: number,
  lines: AsyncIterable<string>,
): Promise<void> {
  const [kid = ''] = [...ring.kids()].sort();
  const key = ring.active(kid);
  if (key === null) throw new SealedFileError('no_key', 'No active key is registered to encrypt the file under.');
  if (await exists(file)) throw new SealedFileError('exists', `${file} exists. Name a file that does not.`);
  const fileKey = freshBytes(32);
  const facts = { type, created_at: new Date(now).toISOString(), kid };
  const wrapped = key.sealing(PURPOSE).seal(fileKey, scopeOf(facts));
  const header: Header = { masker_file: 1, ...facts, key_version: key.version, file_key: wrapped.toString('base64') };
  const draft = `${file}.draft-${process.pid}`;
  try {
    await pipeline(
      Readable.from(lineBytes(lines), { objectMode: false }),
      createGzip({ level: 1 }),
      (source: AsyncIterable<Buffer>) => sealedChunks(source, fileKey, Buffer.from(`${JSON.stringify(header)}\n`)),
      createWriteStream(draft, { flags: 'wx', mode: 0o600, flush: true }),
    );
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    const code = errorCode(error);
    if (code?.startsWith('E') === true)
      throw new SealedFileError('unreadable', `${file} cannot be written (${code}).`, { cause: error });
    throw error;
  }
}

/** Lines are joined, so that a stream of many short ones is not slow. */
async function* lineBytes(lines: AsyncIterable<string>): AsyncGenerator<Buffer, void> {
  let parts: string[] = [];
  let length = 0;
  for await (const line of lines) {
    parts.push(line, '\n');
    length += line.length;
    if (length < CHUNK) continue;
    yield Buffer.from(parts.join(''));
    [parts, length] = [[], 0];
  }
  yield Buffer.from(parts.join(''));
}

async function* sealedChunks(
  source: AsyncIterable<Buffer>,
  key: Uint8Array,
  header: Buffer,
): AsyncGenerator<Buffer, void> {
  yield header;
  const bound = sha256(header);
  let number = 0;
  const seal = (bytes: Buffer, isLast: boolean): Buffer => {
    const cipher = createCipheriv(ALGORITHM, key, nonceOf(number, isLast), { authTagLength: TAG });
    number += 1;
    cipher.setAAD(bound);
    return Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
  };
  let held: Buffer = Buffer.alloc(0);
  for await (const bytes of source) {
    held = Buffer.concat([held, bytes]);
    // A whole chunk is kept back: it may be the last one.
    while (held.length > CHUNK) {
      yield seal(held.subarray(0, CHUNK), false);
      held = held.subarray(CHUNK);
    }
  }
  yield seal(held, true);
}

function nonceOf(number: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(number, 7);
  nonce.writeUInt8(isLast ? 1 : 0, 11);
  return nonce;
}

/** When and under which key a file was made. Not proven before its lines are read. */
export interface SealedFileFacts {
  readonly createdAt: string;
  readonly kid: string;
  readonly keyVersion: string;
}

/**
 * Reads a file. Its lines are given before the end of the file is proven: read it once to its end before anything is done
 * with it.
 *
 * @throws SealedFileError, also while lines are read
 */
export async function openSealedFile(
  file: string,
  type: SealedFileType,
  ring: KeyRing,
): Promise<{ readonly facts: SealedFileFacts; readonly lines: () => AsyncGenerator<string, void> }> {
  const bytes = await readHeader(file);
  const header = parsedHeader(bytes);
  if (header === null)
    throw new SealedFileError('not_sealed', `${file} is no file of Masker, or its beginning is damaged.`);
  if (header.type !== type)
    throw new SealedFileError('other_type', `${file} is a ${header.type} file, and a ${type} file is needed here.`);
  const { kid, key_version: version } = header;
  const key = ring.version(kid, version);
  if (key === null)
    throw new SealedFileError(
      'no_key',
      `${file} is encrypted under version ${version} of the key ${kid}, which is not set. Set it as MASKER_KEY_${kid} or MASKER_KEY_${kid}_OLD.`,
    );
  const fileKey = key.sealing(PURPOSE).open(Buffer.from(header.file_key, 'base64'), scopeOf(header));
  if (fileKey === null) throw damaged(file);
  const facts = { createdAt: header.created_at, kid, keyVersion: version };
  return { facts, lines: () => readLines(file, bytes, fileKey) };
}

async function readHeader(file: string): Promise<Buffer> {
  try {
    const handle = await open(file, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(MOST_HEADER), 0, MOST_HEADER, 0);
      return buffer.subarray(0, Math.min(bytesRead, buffer.indexOf(LINE_END) + 1));
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw new SealedFileError('unreadable', `${file} cannot be read (${errorCode(error) ?? 'unknown error'}).`);
  }
}

/** Null for bytes that this program did not write: one header has one spelling. */
function parsedHeader(bytes: Buffer): Header | null {
  try {
    const text = bytes.toString('utf8');
    const read = HEADER.safeParse(JSON.parse(text));
    return read.success && `${JSON.stringify(read.data)}\n` === text ? read.data : null;
  } catch {
    return null;
  }
}

const damaged = (file: string, cause?: unknown): SealedFileError =>
  new SealedFileError('damaged', `${file} is damaged, was cut, or was changed. Nothing of it is used.`, { cause });

async function* readLines(file: string, header: Buffer, key: Uint8Array): AsyncGenerator<string, void> {
  const source = Readable.from(openedChunks(file, header, key), { objectMode: false });
  const plain = createGunzip();
  source.on('error', (error) => plain.destroy(error));
  source.pipe(plain);
  let parts: Buffer[] = [];
  try {
    for await (const bytes of plain as AsyncIterable<Buffer>) {
      let from = 0;
      for (let at = bytes.indexOf(LINE_END); at !== -1; at = bytes.indexOf(LINE_END, from)) {
        parts.push(bytes.subarray(from, at));
        yield Buffer.concat(parts).toString('utf8');
        parts = [];
        from = at + 1;
      }
      parts.push(bytes.subarray(from));
    }
  } catch (error) {
    throw error instanceof SealedFileError ? error : damaged(file, error);
  } finally {
    source.destroy();
    plain.destroy();
  }
}

async function* openedChunks(file: string, header: Buffer, key: Uint8Array): AsyncGenerator<Buffer, void> {
  const bound = sha256(header);
  let number = 0;
  const opened = (bytes: Buffer, isLast: boolean): Buffer => {
    if (bytes.length < TAG) throw damaged(file);
    const decipher = createDecipheriv(ALGORITHM, key, nonceOf(number, isLast), { authTagLength: TAG });
    number += 1;
    decipher.setAAD(bound);
    decipher.setAuthTag(bytes.subarray(-TAG));
    const plain = decipher.update(bytes.subarray(0, -TAG));
    try {
      decipher.final();
    } catch (error) {
      throw damaged(file, error);
    }
    return plain;
  };
  let held: Buffer = Buffer.alloc(0);
  for await (const bytes of createReadStream(file, { start: header.length, highWaterMark: 4 * CHUNK })) {
    held = Buffer.concat([held, bytes as Buffer]);
    while (held.length > CHUNK + TAG) {
      yield opened(held.subarray(0, CHUNK + TAG), false);
      held = held.subarray(CHUNK + TAG);
    }
  }
  yield opened(held, true);
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );
