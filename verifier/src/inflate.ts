/** Decompression of zlib data (RFC 1950, RFC 1951) that an attacker may have made. It reads alike in each runtime, and is bounded. */
import { Unreadable } from './unreadable.ts';

// RFC 1951, section 3.2.5: the least length or distance of each symbol, and how many further bits it has.
const LENGTHS = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
];
const lengthBits = (at: number): number => (at < 8 || at === 28 ? 0 : (at >> 2) - 1);
const distanceBits = (at: number): number => (at < 4 ? 0 : (at >> 1) - 1);
const distance = (at: number): number => (at < 4 ? at + 1 : ((2 + (at & 1)) << distanceBits(at)) + 1);
/** The order in which the lengths of the codes for code lengths are given. */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const LONGEST_CODE = 15;
const END_OF_BLOCK = 256;

/** By the next 15 bits: 16 times the symbol, plus the length of its code. 0 where no code begins with them. */
type Codes = Uint16Array;

/** Returns the data of a zlib stream. Throws `Unreadable` for a malformed one, and for more than `most` bytes of data. */
export function inflate(stored: Uint8Array, most: number): Uint8Array {
  return new Inflater(stored, most).data();
}

function malformed(): never {
  throw new Unreadable('not_pdf', 'a compressed stream is malformed');
}

class Inflater {
  readonly #stored: Uint8Array;
  readonly #most: number;
  #position = 2;
  #held = 0;
  #heldBits = 0;
  #out: Uint8Array;
  #size = 0;

  constructor(stored: Uint8Array, most: number) {
    this.#stored = stored;
    this.#most = most;
    this.#out = new Uint8Array(Math.min(most, 4 * stored.length));
  }

  data(): Uint8Array {
    const [method = 0, flags = 0] = this.#stored;
    if ((method & 15) !== 8 || (flags & 32) !== 0 || (method * 256 + flags) % 31 !== 0) malformed();
    for (let isLast = false; !isLast;) {
      isLast = this.#bits(1) === 1;
      const type = this.#bits(2);
      if (type === 0) this.#plainBlock();
      else if (type === 1) this.#block(FIXED_CODES, FIXED_DISTANCES);
      else if (type === 2) this.#codedBlock();
      else malformed();
    }
    const data = this.#out.subarray(0, this.#size);
    const checksum = this.#bytes(4).reduce((sum, byte) => sum * 256 + byte, 0);
    if (this.#position !== this.#stored.length || checksum !== adler32(data)) malformed();
    return data;
  }

  #plainBlock(): void {
    const [a = 0, b = 0, c = 0, d = 0] = this.#bytes(4);
    const length = a + 256 * b;
    if (length + c + 256 * d !== 0xffff) malformed();
    for (const byte of this.#bytes(length)) this.#write(byte);
  }

  #codedBlock(): void {
    const [codes, distances, count] = [this.#bits(5) + 257, this.#bits(5) + 1, this.#bits(4) + 4];
    const first = new Array<number>(19).fill(0);
    for (const at of ORDER.slice(0, count)) first[at] = this.#bits(3);
    const coded = codesOf(first);
    const lengths: number[] = [];
    while (lengths.length < codes + distances) {
      const symbol = this.#symbol(coded);
      if (symbol < 16) lengths.push(symbol);
      else {
        const repeated = symbol === 16 ? (lengths.at(-1) ?? malformed()) : 0;
        const times = symbol === 16 ? 3 + this.#bits(2) : symbol === 17 ? 3 + this.#bits(3) : 11 + this.#bits(7);
        for (let at = 0; at < times; at += 1) lengths.push(repeated);
      }
    }
    if (lengths.length > codes + distances || lengths[END_OF_BLOCK] === 0) malformed();
    this.#block(codesOf(lengths.slice(0, codes)), codesOf(lengths.slice(codes)));
  }

  #block(codes: Codes, distances: Codes): void {
    for (;;) {
      const symbol = this.#symbol(codes);
      if (symbol === END_OF_BLOCK) return;
      if (symbol < END_OF_BLOCK) this.#write(symbol);
      else {
        const at = symbol - END_OF_BLOCK - 1;
        const length = (LENGTHS[at] ?? malformed()) + this.#bits(lengthBits(at));
        const far = this.#symbol(distances);
        const back = far > 29 ? malformed() : distance(far) + this.#bits(distanceBits(far));
        if (back > this.#size) malformed();
        this.#room(length);
        for (const end = this.#size + length; this.#size < end; this.#size += 1)
          this.#out[this.#size] = this.#out[this.#size - back] ?? 0;
      }
    }
  }

  #write(byte: number): void {
    this.#room(1);
    this.#out[this.#size] = byte;
    this.#size += 1;
  }

  /** Makes room for so many bytes more. */
  #room(count: number): void {
    const needed = this.#size + count;
    if (needed <= this.#out.length) return;
    if (needed > this.#most) throw new Unreadable('too_large', `the PDF unpacks to more than ${this.#most} bytes`);
    const larger = new Uint8Array(Math.min(this.#most, 2 * needed));
    larger.set(this.#out);
    this.#out = larger;
  }

  /** Whole bytes from the next byte boundary on. */
  #bytes(count: number): Uint8Array {
    this.#position -= this.#heldBits >> 3;
    this.#heldBits = this.#held = 0;
    this.#position += count;
    return this.#position > this.#stored.length
      ? malformed()
      : this.#stored.subarray(this.#position - count, this.#position);
  }

  /** Holds at least so many bits. Behind the end come zeros: a code may be shorter than what is looked at. */
  #hold(count: number): void {
    for (; this.#heldBits < count; this.#heldBits += 8) {
      this.#held |= (this.#stored[this.#position] ?? 0) << this.#heldBits;
      this.#position += 1;
    }
  }

  #drop(count: number): void {
    this.#held >>>= count;
    this.#heldBits -= count;
    if (this.#position - (this.#heldBits >> 3) > this.#stored.length) malformed();
  }

  #bits(count: number): number {
    this.#hold(count);
    const value = this.#held & ((1 << count) - 1);
    this.#drop(count);
    return value;
  }

  #symbol(codes: Codes): number {
    this.#hold(LONGEST_CODE);
    const found = codes[this.#held & 0x7fff] ?? 0;
    if (found === 0) malformed();
    this.#drop(found & 15);
    return found >> 4;
  }
}

/** The codes of symbols by the lengths of these, section 3.2.2. Codes that do not fit beside each other are malformed. */
function codesOf(lengths: readonly number[]): Codes {
  const codes = new Uint16Array(1 << LONGEST_CODE);
  let next = 0;
  for (let length = 1; length <= LONGEST_CODE; length += 1) {
    next <<= 1;
    for (const [symbol, own] of lengths.entries()) {
      if (own !== length) continue;
      if (next >= 1 << length) malformed();
      let reversed = 0;
      for (let bit = 0; bit < length; bit += 1) reversed |= ((next >> bit) & 1) << (length - 1 - bit);
      for (let at = reversed; at < codes.length; at += 1 << length) codes[at] = symbol * 16 + length;
      next += 1;
    }
  }
  return codes;
}

const FIXED_CODES = codesOf(Array.from({ length: 288 }, (_, at) => (at < 144 ? 8 : at < 256 ? 9 : at < 280 ? 7 : 8)));
const FIXED_DISTANCES = codesOf(new Array<number>(30).fill(5));

/** RFC 1950, section 8.2. */
function adler32(data: Uint8Array): number {
  let [a, b] = [1, 0];
  for (let start = 0; start < data.length; start += 4096) {
    for (const byte of data.subarray(start, start + 4096)) {
      a += byte;
      b += a;
    }
    a %= 65_521;
    b %= 65_521;
  }
  return b * 65_536 + a;
}
