/**
 * Some members at the top of a JSON object, read without parsing the rest. For hints only: what is not valid JSON is not
 * noticed, and a caller may write a body that a strict parser reads differently.
 */
import { Buffer } from 'node:buffer';
import { stringEnd, type JsonObject, type JsonValue } from './json-text.ts';

/** Bytes that are looked at: members that begin later are not found, so that a large body takes about a millisecond. */
const LOOKED_AT = 1024 * 1024;
/** A longer value is no hint. */
const LONGEST_VALUE = 64 * 1024;

/** Returns the members with these names, which must be ASCII. Of equal names the last one counts. Never throws. */
export function topMembers(bytes: Uint8Array, names: ReadonlySet<string>): JsonObject {
  // Each byte is one character: structure and names are ASCII, and no byte of a longer UTF-8 sequence is.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, LOOKED_AT)).toString('latin1');
  const found: [string, JsonValue][] = [];
  let at = afterSpace(text, 0);
  if (text[at] !== '{') return {};
  at = afterSpace(text, at + 1);
  while (text[at] === '"') {
    const nameEnd = stringEnd(text, at);
    const name = text.slice(at + 1, nameEnd);
    at = afterSpace(text, nameEnd + 1);
    if (text[at] !== ':') break;
    const begin = afterSpace(text, at + 1);
    const end = valueEnd(text, begin);
    if (names.has(name)) {
      const value = parsed(text.slice(begin, end));
      if (value !== undefined) found.push([name, value]);
    }
    at = afterSpace(text, end);
    if (text[at] !== ',') break;
    at = afterSpace(text, at + 1);
  }
  return Object.fromEntries(found);
}

function afterSpace(text: string, from: number): number {
  let at = from;
  for (;;) {
    const unit = text.charCodeAt(at);
    if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return at;
    at += 1;
  }
}

/** Where the value that begins at `begin` ends, or the text. */
function valueEnd(text: string, begin: number): number {
  if (text[begin] === '"') return stringEnd(text, begin) + 1;
  let depth = 0;
  for (let at = begin; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x22: // "
        at = stringEnd(text, at);
        break;
      case 0x5b: // [
      case 0x7b: // {
        depth += 1;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        if (depth === 0) return at;
        depth -= 1;
        if (depth === 0) return at + 1;
        break;
      case 0x2c: // ,
        if (depth === 0) return at;
    }
  }
  return text.length;
}

function parsed(latin1: string): JsonValue | undefined {
  if (latin1.length > LONGEST_VALUE) return undefined;
  try {
    return JSON.parse(Buffer.from(latin1, 'latin1').toString('utf8')) as JsonValue;
  } catch {
    return undefined;
  }
}
