/** Turns templates into labelled text, each in one of the forms in which text reaches the detector. */

import type { Random } from './random.ts';
import type { Form } from './source.ts';
import type { Values } from './values.ts';
import type { TagType } from '../src/detection/tagger/labels.ts';

export interface LabelledSpan {
  /** UTF-16 units, end exclusive. */
  readonly start: number;
  readonly end: number;
  readonly type: TagType;
}

export interface LabelledText {
  readonly text: string;
  readonly spans: readonly LabelledSpan[];
}

/** A template: literal text and slots in turn. */
export interface Template {
  readonly file: string;
  readonly source: string;
}

const SLOT = /\{([A-Z][A-Z0-9_]*)\}/g;

/**
 * Reads a file of templates: one a line, `#` begins a remark.
 *
 * @throws Error that names the line of a brace that is no slot
 */
export function readTemplates(file: string, content: string): Template[] {
  return content.split('\n').flatMap((line, at) => {
    const source = line.trim();
    if (source === '' || source.startsWith('#')) return [];
    if (/[{}]/.test(source.replace(SLOT, ''))) throw new Error(`${file}:${at + 1}: a brace that is no slot`);
    return [{ file, source: source.replace(/\\n/g, '\n') }];
  });
}

interface Piece {
  readonly text: string;
  readonly type: TagType | null;
  /** Whether it is a value and not text of the template. */
  readonly slot: boolean;
}

/** Files of templates that are seldom read aloud. */
const WRITTEN: ReadonlySet<string> = new Set(['notes.txt', 'documents.txt', 'photos.txt', 'columns.txt']);

const FILLERS = [
  'um',
  'uh',
  'yeah',
  'so',
  'okay',
  'well',
  'and',
  'you know',
  'like',
  'alright',
  'let me see',
  'i mean',
  'er',
];

/** @throws Error that names the file of a template with an unknown slot */
export function generate(template: Template, values: Values, random: Random): LabelledText {
  const kind = random.next() * (WRITTEN.has(template.file) && random.chance(0.6) ? 0.4 : 1);
  // As typed; as typed by someone in a hurry; from a speech engine with and without punctuation and capitals.
  const form: Form = { spoken: kind >= 0.4 };
  const lower = kind >= 0.32 && (kind < 0.4 || kind > 0.52);
  const bare = kind >= 0.4 && kind < 0.52 ? random.chance(0.15) : kind >= 0.4 ? random.chance(0.8) : false;
  const pieces = fill(template, values, form);
  const spelled = pieces.map((piece) =>
    form.spoken && !piece.slot ? { ...piece, text: spellAcronyms(piece.text, random) } : piece,
  );
  const styled = spelled.map((piece) => ({ ...piece, text: style(piece, lower, bare) }));
  if (form.spoken && random.chance(0.25)) styled.unshift({ text: `${random.pick(FILLERS)} `, type: null, slot: false });
  const loud = !form.spoken && random.chance(0.02);
  return join(
    styled.map((piece) =>
      piece.slot || !form.spoken
        ? { ...piece, text: loud ? piece.text.toUpperCase() : piece.text }
        : { ...piece, text: hesitate(piece.text, random) },
    ),
  );
}

function fill(template: Template, values: Values, form: Form): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const match of template.source.matchAll(SLOT)) {
    const [whole, slot = ''] = match;
    pieces.push({ text: template.source.slice(at, match.index), type: null, slot: false });
    const value = values.fill(slot, form);
    if (!value) throw new Error(`${template.file}: unknown slot {${slot}}`);
    pieces.push({ ...value, slot: true });
    at = match.index + whole.length;
  }
  pieces.push({ text: template.source.slice(at), type: null, slot: false });
  return pieces.filter(({ text }) => text !== '');
}

/** Speech engines write most acronyms letter by letter: "m r n", "p t". */
function spellAcronyms(text: string, random: Random): string {
  return text.replace(/\b[A-Z]{2,5}s?\b/g, (acronym) =>
    random.chance(0.4) ? acronym.replace(/(?<=[A-Z])(?=[A-Z])/g, ' ') : acronym,
  );
}

function style({ text, slot }: Piece, lower: boolean, bare: boolean): string {
  const cased = lower ? text.toLowerCase() : text;
  if (!bare) return cased;
  // A speech engine writes no punctuation; marks inside a value (an address, a date in digits) are its own.
  return slot
    ? cased.replace(/[,.](?=\s|$)/g, '')
    : cased.replace(/[.,!?;:"“”()–—…]+(?=\s|$)|(?<=\s|^)["“”(–—-]+/g, '').replace(/-/g, ' ');
}

function hesitate(text: string, random: Random): string {
  if (!random.chance(0.06)) return text;
  const gaps = [...text.matchAll(/ /g)].map(({ index }) => index);
  if (gaps.length === 0) return text;
  const at = random.pick(gaps);
  return `${text.slice(0, at)} ${random.pick(FILLERS)}${text.slice(at)}`;
}

/** Puts the pieces together and leaves white space around values out of their spans. */
function join(pieces: readonly Piece[]): LabelledText {
  let text = '';
  const spans: LabelledSpan[] = [];
  for (const piece of pieces) {
    const joined =
      text === '' ? piece.text.trimStart() : text.endsWith(' ') ? piece.text.replace(/^ +/, '') : piece.text;
    if (piece.type !== null && joined.trim() !== '') {
      const start = text.length + (joined.length - joined.trimStart().length);
      const end =
        start + joined.trim().replace(/[.,]$/, (mark) => (/\b[A-Za-z]\.$/.test(joined.trim()) ? mark : '')).length;
      spans.push({ start, end, type: piece.type });
    }
    text += joined;
  }
  return { text: text.trimEnd(), spans };
}
