import { matchesOf } from '../matches.ts';
import type { Reading } from '../reading.ts';
import type { Finding, Recogniser } from '../recogniser.ts';
import type { Word } from '../words.ts';
import { wordsFinding } from './ranges.ts';
import { spelledStart, spokenNameStart } from './spoken-name.ts';

/** Pictures: data: URLs of an image type, and names of image files, written ("IMG-0093 (2).heic") and spoken ("photo one dot j p g"). */
export const photo: Recogniser = {
  name: 'photo',
  passes: ['regex'],
  find: (reading) => [...findDataUrls(reading.text), ...findFileNames(reading.text), ...findSpokenFileNames(reading)],
};

const DATA_URL = /data:image\/[a-z0-9.+-]{1,40}(?:;[a-z0-9=-]{1,40}){0,3},[A-Za-z0-9+/=%_-]*/gi;

function findDataUrls(text: string): Finding[] {
  if (!text.includes(':')) return [];
  return matchesOf(DATA_URL, text).map((match) =>
    photoFinding(match.index, match.index + match[0].length, 'data_url', 0.99, true),
  );
}

const EXTENSIONS: ReadonlySet<string> = new Set([
  'jpg',
  'jpeg',
  'png',
  'heic',
  'heif',
  'gif',
  'tif',
  'tiff',
  'bmp',
  'webp',
  'dcm',
]);
const MAX_EXTENSION = 4;
const EXTENSION = /\.(?:jpe?g|png|hei[cf]|gif|tiff?|bmp|webp|dcm)(?![\w@]|[.-]\w)/gi;
const NAME_UNIT = /[\p{L}\p{M}\p{N}_.~+-]/u;
const MAX_NAME = 120;
// The number of a copy: "IMG-0093 (2)".
const COPY = /\s?\(\d{1,3}\)$/;

function findFileNames(text: string): Finding[] {
  const findings: Finding[] = [];
  let done = 0;
  for (const match of matchesOf(EXTENSION, text)) {
    const copy = COPY.exec(text.slice(Math.max(done, match.index - 7), match.index))?.[0].length ?? 0;
    const nameEnd = match.index - copy;
    let start = nameEnd;
    while (start > done && nameEnd - start < MAX_NAME && NAME_UNIT.test(text.charAt(start - 1))) start--;
    while (start < nameEnd && /[.~+-]/.test(text.charAt(start))) start++;
    done = match.index + match[0].length;
    if (start < nameEnd) findings.push(photoFinding(start, done, 'file_name', 0.9));
  }
  return findings;
}

// "a dot png file": no name.
const NOT_NAMES: ReadonlySet<string> = new Set([
  'a',
  'an',
  'the',
  'this',
  'that',
  'some',
  'any',
  'every',
  'or',
  'and',
  'in',
  'as',
  'is',
  'use',
  'to',
  'of',
  'with',
]);

function findSpokenFileNames(reading: Reading): Finding[] {
  const { words } = reading;
  const findings: Finding[] = [];
  for (let dot = 1; dot < words.length; dot++) {
    const label = words[dot - 1];
    if (words[dot]?.lower !== 'dot' || label === undefined || label.type === 'mark' || NOT_NAMES.has(label.lower))
      continue;
    const last = extensionEnd(words, dot + 1);
    if (last === null) continue;
    findings.push(
      wordsFinding(
        reading,
        spokenNameStart(words, dot - 1) ?? spelledStart(words, dot - 1),
        last,
        'PHOTO',
        'photo.spoken',
        0.85,
      ),
    );
    dot = last;
  }
  return findings;
}

/** The last word of "jpeg", "j p g" or "h e i c" that begins with the word `first`, or null. */
function extensionEnd(words: readonly Word[], first: number): number | null {
  if (EXTENSIONS.has(words[first]?.lower ?? '')) return first;
  let spelled = '';
  for (let at = first; at < first + MAX_EXTENSION && words[at]?.text.length === 1; at++) {
    spelled += words[at]?.lower ?? '';
    if (
      EXTENSIONS.has(spelled) &&
      !(EXTENSIONS.has(spelled + (words[at + 1]?.lower ?? '')) && words[at + 1]?.text.length === 1)
    )
      return at;
  }
  return null;
}

function photoFinding(start: number, end: number, rule: string, confidence: number, validated = false): Finding {
  return { start, end, kind: 'PHOTO', confidence, validated, recogniser: `photo.${rule}` };
}
