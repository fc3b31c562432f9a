/**
 * Captions: SRT and WebVTT. Index and time lines stay; the words go on from cue to cue, and so do numbers. W3C WebVTT, 4;
 * SRT as SubRip writes it.
 */
import { NO_SECTIONS, type DocumentReader, type DocumentSection } from './document.ts';
import { FieldList } from './field-list.ts';

/** A time line, with what WebVTT sets behind it; an end time may be no number. */
const TIMES =
  /^[ \t]*(?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3}[ \t]*-->[ \t]*(?:(?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3}|NaN)[^\r\n]*$/;
const INDEX = /^[ \t]*\d{1,6}[ \t]*$/;
/** Time stamps and voices inside the words of a cue: `<00:00:02.500>`, `<v Caller>`; voices that name a person are words. */
const INLINE_TIME =
  /<(?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3}>|<\/?(?:v|c|lang)>|<(?:c|lang)[.\s][\w. -]{0,40}>|<v(?:\.[\w.-]{1,40})?\s(?:agent|caller|speaker|patient|user|bot|customer|assistant)(?: ?\d{1,2})?>/gi;

const VOICE = /(<v(?:\.[\w.-]{1,40})?\s)(\p{L}[^<>\n]{0,60})(?=>)/giu;
/** What voices are called that are nobody's name. */
const ROLES =
  /^(?:agent|caller|speaker|patient|user|bot|customer|assistant|narrator|man|woman|nurse|doctor|host|guest|interviewer|operator|system|voice|unknown|male|female|recording)\b/i;

export const captions: DocumentReader = {
  format: 'captions',
  read(text) {
    return text.includes('-->') ? readCues(text) : NO_SECTIONS;
  },
};

interface Line {
  readonly start: number;
  readonly end: number;
  readonly isTime: boolean;
  readonly isIndex: boolean;
}

function readCues(text: string): readonly DocumentSection[] {
  const lines = linesOf(text);
  const first = lines.findIndex(({ isTime }) => isTime);
  if (first === -1) return NO_SECTIONS;
  const begin = lines[first - 1]?.isIndex === true ? first - 1 : first;
  const list = new FieldList(text);
  lines.forEach((line, at) => {
    if (at < begin) return;
    // An index stands right before its time line; the first line of a cue may be a number as well.
    if (line.isTime || (line.isIndex && lines[at + 1]?.isTime === true)) list.add(line, 'keep');
    else addWords(text, list, line);
  });
  return [{ start: lines[begin]?.start ?? 0, end: text.length, format: 'captions', fields: list.fields, goesOn: true }];
}

function addWords(text: string, list: FieldList, { start, end }: Line): void {
  let at = start;
  for (const { index, 0: time } of text.slice(start, end).matchAll(INLINE_TIME)) {
    addVoices(text, list, at, start + index);
    list.add({ start: start + index, end: start + index + time.length }, 'keep');
    at = start + index + time.length;
  }
  addVoices(text, list, at, end);
}

/** Words with the voices among them that name a person: `<v Solveig>`. */
function addVoices(text: string, list: FieldList, start: number, end: number): void {
  let at = start;
  for (const { index, 1: tag = '', 2: name = '' } of text.slice(start, end).matchAll(VOICE)) {
    const from = start + index + tag.length;
    list.add({ start: at, end: from }, 'text');
    list.add({ start: from, end: from + name.length }, ROLES.test(name) ? 'text' : 'NAME');
    at = from + name.length;
  }
  list.add({ start: at, end }, 'text');
}

function linesOf(text: string): readonly Line[] {
  const lines: Line[] = [];
  for (let start = 0; start <= text.length;) {
    const next = text.indexOf('\n', start);
    const end = next === -1 ? text.length : next;
    const line = text.slice(start, end).replace(/\r$/, '');
    lines.push({ start, end: start + line.length, isTime: TIMES.test(line), isIndex: INDEX.test(line) });
    start = end + 1;
  }
  return lines;
}
