/** Utterances of a transcript in a JSON list: a value that begins in one may go on in the next of the same speaker. */
import type { JsonPlace } from './json-place.ts';
import { firstText, isFields, isItems, ownField, type JsonDocument } from './json-value.ts';
import { withoutEnd } from '../../platform/text-end.ts';

const LISTS =
  /^(?:segments?|utterances?|sentences|paragraphs|transcripts?|transcription|transcript_object|transcriptSegments|messages|turns|conversation|dialogue?|captions|cues|lines|chunks|results|phrases|monologues|entries)$/i;
const TEXTS: ReadonlySet<string> = new Set(
  'text transcript content message sentence utterance body words display transcription value'.split(' '),
);
const SPEAKERS = [
  'speaker',
  'role',
  'speaker_label',
  'speakerLabel',
  'speaker_id',
  'participant',
  'from',
  'channel',
  'who',
];
/** Characters of the neighbours that are read with an utterance. */
const NEAR = 160;

/** What was said before and after the utterance at the place by the same speaker; null where it is none. */
export function saidBeside(place: JsonPlace): { readonly before: string; readonly after: string } | null {
  const item = place.key === null ? place : place.holder;
  const list = item?.holderList;
  if (item === null || list === undefined || item.index === null || list.length < 2) return null;
  if (place.key !== null && !TEXTS.has(place.key)) return null;
  if (!LISTS.test(item.nearestKey ?? '')) return null;
  const speaker = speakerOf(list[item.index]);
  const said = (index: number): string => {
    const other = list[index];
    return speakerOf(other) === speaker ? (saidIn(other, place.key) ?? '') : '';
  };
  const before = said(item.index - 1);
  const after = said(item.index + 1);
  const asked = before === '' && after === '' ? saidIn(list[item.index - 1], place.key) : null;
  // What another speaker asks right before says what the words are.
  if (asked !== null && asked.length <= NEAR) return { before: `speaker 1: ${asked}\nspeaker 2: `, after: '' };
  if (before === '' && after === '') return null;
  return {
    before: before === '' ? '' : `${before.length > NEAR ? before.slice(-NEAR).replace(/^\S+/, '') : before} `,
    after: after === '' ? '' : ` ${after.length > NEAR ? withoutEnd(after.slice(0, NEAR), /\S/) : after}`,
  };
}

function saidIn(item: JsonDocument | undefined, key: string | null): string | null {
  const value = key === null ? item : ownField(item, key);
  return typeof value === 'string' ? value : null;
}

function speakerOf(item: JsonDocument | undefined): string {
  if (!isFields(item) || isItems(item)) return '';
  const number = ownField(item, 'speaker') ?? ownField(item, 'channel');
  return typeof number === 'number' ? String(number) : (firstText(item, SPEAKERS) ?? '');
}
