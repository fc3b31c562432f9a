/** The files of the portal that the build made, read into memory once: a path outside the folder cannot be asked for. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** A way to compress an answer, as `Content-Encoding` names it. */
export type Encoding = 'br' | 'gzip';

/** One file, with its forms for transfer. */
export interface BuiltFile {
  readonly type: string;
  /** Whether the name contains a hash of the content, so that it never changes. */
  readonly isHashed: boolean;
  readonly bytes: Buffer;
  /** Returns the file in the encoding, or null where it would gain nothing. Compresses once. */
  encoded(encoding: Encoding): Promise<Buffer> | null;
}

/** Files by their path below the folder, with `/` between the parts. */
export type BuiltFiles = ReadonlyMap<string, BuiltFile>;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};
const COMPRESSIBLE: ReadonlySet<string> = new Set(['.html', '.js', '.css', '.svg']);
/** The folder in which the build puts files with a hash in their names. */
const HASHED = 'assets/';

/** Returns the files below the folder; null where there is no such folder. Files of unknown type are left out. */
export async function readBuiltFiles(folder: string): Promise<BuiltFiles | null> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => null);
  if (found === null) return null;
  const files = new Map<string, BuiltFile>();
  for (const entry of found) {
    const extension = path.extname(entry.name);
    const type = TYPES[extension];
    if (!entry.isFile() || type === undefined) continue;
    const file = path.join(entry.parentPath, entry.name);
    const name = path.relative(folder, file).replaceAll(path.sep, '/');
    files.set(name, builtFile(type, name.startsWith(HASHED), COMPRESSIBLE.has(extension), await readFile(file)));
  }
  return files;
}

function builtFile(type: string, isHashed: boolean, isCompressible: boolean, bytes: Buffer): BuiltFile {
  const made = new Map<Encoding, Promise<Buffer>>();
  return {
    type,
    isHashed,
    bytes,
    encoded: (encoding) => {
      if (!isCompressible) return null;
      const known = made.get(encoding) ?? compress(encoding, bytes);
      made.set(encoding, known);
      return known;
    },
  };
}

function compress(encoding: Encoding, bytes: Buffer): Promise<Buffer> {
  switch (encoding) {
    case 'br':
      return promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } });
    case 'gzip':
      return promisify(gzip)(bytes, { level: 9 });
  }
}
