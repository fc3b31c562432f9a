/** Tiles of a log, as C2SP tlog-tiles lays them out: 256 hashes of one level, the roots of full tiles of the level below. */
import { nodeHash } from '../audit/merkle.ts';
import type { LeafRange, Subtree } from './ranges.ts';
import { subtreesOf } from './ranges.ts';

/** Hashes in a full tile, and leaves below each hash of level 1. */
export const TILE_WIDTH = 256;
/** Levels of a tree within one tile. */
const TILE_HEIGHT = 8;
const HASH = 32;

/** A run of hashes of one level: level 0 has the leaf hashes. */
export interface HashRun {
  readonly level: number;
  /** Positions within the level; `last` is outside. */
  readonly first: number;
  readonly last: number;
}

/** A tile as a request names it. */
export interface TileName {
  readonly level: number;
  readonly index: number;
  /** 1 to 256 hashes. */
  readonly width: number;
}

/** Returns how many hashes a level has in a tree of `size` leaves. */
export function levelWidth(level: number, size: number): number {
  return Math.floor(size / TILE_WIDTH ** level);
}

/** Returns the run of a tile's hashes; null where a tree of `size` leaves has no such tile. */
export function tileRun({ level, index, width }: TileName, size: number): HashRun | null {
  const first = index * TILE_WIDTH;
  const last = first + width;
  return Number.isSafeInteger(last) && last <= levelWidth(level, size) ? { level, first, last } : null;
}

const INDEX = /^(?:x\d{3}\/)*\d{3}(?:\.p\/([1-9]\d{0,2}))?$/;
const LEVEL = /^(?:\d|[1-5]\d|6[0-3])$/;

/**
 * Reads `<N>[.p/<W>]` below a level. Null for anything that is no name of a tile. An index beyond 2^53 - 1 is read as
 * the nearest number, which no tree here reaches.
 */
export function parseTileName(level: string, path: string): TileName | null {
  const found = INDEX.exec(path);
  if (found === null || !LEVEL.test(level)) return null;
  const [number = ''] = path.split('.');
  // One spelling of each index: no leading group of zeros.
  if (number.startsWith('x000/')) return null;
  const width = found[1] === undefined ? TILE_WIDTH : Number(found[1]);
  if (found[1] !== undefined && width >= TILE_WIDTH) return null;
  return { level: Number(level), index: Number(number.replaceAll(/[x/]/g, '')), width };
}

/** Writes the name of a tile below its level: `x001/x234/067`, `000.p/5`. */
export function tilePath({ index, width }: Pick<TileName, 'index' | 'width'>): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g) ?? [];
  const path = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/');
  return width === TILE_WIDTH ? path : `${path}.p/${width}`;
}

/** Writes an entry bundle: each entry behind its length in two bytes. Throws RangeError for an entry above 65,535 bytes. */
export function entryBundle(entries: readonly string[]): Buffer {
  return Buffer.concat(
    entries.flatMap((entry) => {
      const bytes = Buffer.from(entry, 'utf8');
      if (bytes.length > 0xffff) throw new RangeError('an entry has at most 65,535 bytes');
      const length = Buffer.alloc(2);
      length.writeUInt16BE(bytes.length);
      return [length, bytes];
    }),
  );
}

/** The tile that a subtree lies in, whole. */
function tileOf({ height, index }: Subtree): { level: number; tile: number; offset: number; count: number } {
  const level = Math.floor(height / TILE_HEIGHT);
  const count = 2 ** (height % TILE_HEIGHT);
  const first = index * count;
  const tile = Math.floor(first / TILE_WIDTH);
  return { level, tile, offset: first - tile * TILE_WIDTH, count };
}

/** Hashes of tiles of a tree, by level and position. */
export type TileHashes = ReadonlyMap<string, readonly Buffer[]>;

const nameOf = (level: number, tile: number): string => `${level}/${tile}`;

/** Returns the runs that must be read for the hashes of the ranges: at most two a level, whatever the tree's size. */
export function runsFor(ranges: readonly LeafRange[], size: number): HashRun[] {
  const runs = new Map<string, HashRun>();
  for (const subtree of ranges.flatMap(subtreesOf)) {
    const { level, tile } = tileOf(subtree);
    const first = tile * TILE_WIDTH;
    runs.set(nameOf(level, tile), { level, first, last: Math.min(first + TILE_WIDTH, levelWidth(level, size)) });
  }
  return [...runs.values()];
}

/** Puts the bytes that were read for runs in a form in which ranges are hashed. Throws RangeError where bytes are missing. */
export function tileHashes(runs: readonly HashRun[], bytes: readonly Buffer[]): TileHashes {
  return new Map(
    runs.map(({ level, first, last }, at) => {
      const hashes = splitHashes(bytes[at] ?? Buffer.alloc(0));
      if (hashes.length !== last - first) throw new RangeError(`level ${level} of the log lacks hashes`);
      return [nameOf(level, first / TILE_WIDTH), hashes];
    }),
  );
}

/** Splits concatenated hashes. */
export function splitHashes(bytes: Buffer): Buffer[] {
  return Array.from({ length: Math.floor(bytes.length / HASH) }, (_, at) => bytes.subarray(at * HASH, (at + 1) * HASH));
}

/** Returns the hash of a range, from tiles that hold all of it. Throws RangeError where one is not there. */
export function rangeHash(range: LeafRange, tiles: TileHashes): Buffer {
  const hashes = subtreesOf(range).map((subtree) => {
    const { level, tile, offset, count } = tileOf(subtree);
    const inTile = tiles.get(nameOf(level, tile))?.slice(offset, offset + count);
    if (inTile?.length !== count) throw new RangeError(`tile ${tile} of level ${level} was not read`);
    return completeRoot(inTile);
  });
  const root = foldRight(hashes);
  if (root === null) throw new RangeError('a range has a leaf');
  return root;
}

/** Returns the root over 2^n hashes. */
export function completeRoot(hashes: readonly Buffer[]): Buffer {
  let level = hashes;
  while (level.length > 1) {
    const above: Buffer[] = [];
    for (let at = 0; at + 1 < level.length; at += 2) above.push(pair(level[at], level[at + 1]));
    level = above;
  }
  return pair(level[0], null);
}

/** Joins complete subtrees, each smaller than the one before it, into the hash of their range; null for none. */
export function foldRight(hashes: readonly Buffer[]): Buffer | null {
  return hashes.reduceRight<Buffer | null>((right, left) => pair(left, right), null);
}

function pair(left: Buffer | undefined, right: Buffer | null | undefined): Buffer {
  if (left === undefined || right === undefined) throw new RangeError('a node has two children');
  return right === null ? left : nodeHash(left, right);
}
