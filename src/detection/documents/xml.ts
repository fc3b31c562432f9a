/**
 * XML by the names of its elements: C-CDA, FHIR, and what back ends send. Only elements and attributes whose names say what
 * they hold are read; markup of speech and all other elements are prose.
 */
import { unescaped } from '../escapes.ts';
import { COMMON_WORDS } from '../vocabulary/common-words.ts';
import { GIVEN_NAMES } from '../vocabulary/given-names.ts';
import { STATE_CODES } from '../vocabulary/places.ts';
import { SHORT_FAMILY, SHORT_GIVEN } from '../vocabulary/word-names.ts';
import { NO_SECTIONS, type DocumentReader, type DocumentSection, type FieldContent } from './document.ts';
import { FieldList, type Stretch } from './field-list.ts';
import { attributeContent, elementContent } from './xml-names.ts';

/** A tag with its attributes, bounded: longer ones are none. */
const TAG = /<(\/?)([A-Za-z_][\w.:-]{0,60})((?:\s[^<>]{0,1500})?)(\/?)>/g;
const ATTRIBUTE = /([A-Za-z_][\w.:-]{0,60})\s{0,4}=\s{0,4}(?:"([^"<]{0,400})"|'([^'<]{0,400})')/g;
/** Elements that an element is looked for in. */
const MAX_ABOVE = 40;

interface Tag extends Stretch {
  readonly name: string;
  readonly isEnd: boolean;
  readonly isEmpty: boolean;
  readonly attributes: string;
}

export const xml: DocumentReader = {
  format: 'xml',
  read(text) {
    return text.includes('<') && text.includes('>') ? readElements(text) : NO_SECTIONS;
  },
};

function readElements(text: string): readonly DocumentSection[] {
  const sections: DocumentSection[] = [];
  const above: string[] = [];
  let open: Tag | null = null;
  for (const match of text.matchAll(TAG)) {
    const tag = tagOf(match);
    // Words between two tags of the same name, with no element in between.
    if (tag.isEnd && open?.name === tag.name) {
      const content = { start: open.end, end: tag.start };
      const plain = plainOf(text.slice(content.start, content.end));
      const holds =
        spelledContent(open, plain) ??
        elementContent(open.name, above.slice(0, -1), plain) ??
        elementContent(namedIn(open), above.slice(0, -1), plain);
      if (holds !== null) sections.push(sectionOf(text, [[content, holds]], content));
    }
    if (tag.isEnd) above.splice(Math.max(above.lastIndexOf(tag.name), 0));
    else {
      const attributes = readAttributes(text, tag, above);
      if (attributes !== null) sections.push(attributes);
      if (!tag.isEmpty && above.length < MAX_ABOVE) above.push(tag.name);
    }
    open = tag.isEnd || tag.isEmpty ? null : tag;
  }
  return sections;
}

const NAMED = /\s(?:name|key|field|column|label|id)\s{0,2}=\s{0,2}["']([A-Za-z][\w .-]{1,40})["']/i;

/** The field that an attribute names: `<col name="first_name">`. */
function namedIn({ attributes }: Tag): string {
  return NAMED.exec(attributes)?.[1] ?? '';
}

const SPELLS = /\binterpret-as\s{0,4}=\s{0,4}["'](?:spell-out|characters|verbatim)["']/i;
const SPELLED = /^\s*[A-Za-z][A-Za-z' -]{1,39}\s*$/;
/** Letters of the shortest name that needs no list: fewer may be an acronym. */
const LONG_NAME = 4;
const ACRONYM = /^(?:hipaa|covid|dicom|emtala|medicaid|cobra|schip|nsaid|usps|sars|mrsa|copd|gerd|adhd)$/i;

/** `<say-as interpret-as="spell-out">OKAFOR</say-as>`: a word that is read out letter by letter is a name, unless it is an everyday word. */
function spelledContent(open: Tag, plain: string): FieldContent | null {
  if (open.name.toLowerCase() !== 'say-as' || !SPELLS.test(open.attributes) || !SPELLED.test(plain)) return null;
  const word = plain.trim().toLowerCase();
  if (COMMON_WORDS.has(word) || ACRONYM.test(word)) return null;
  const isListed =
    (SHORT_FAMILY.has(word) || SHORT_GIVEN.has(word) || GIVEN_NAMES.has(word)) && !STATE_CODES.has(word.toUpperCase());
  return word.length >= LONG_NAME || isListed ? 'NAME' : null;
}

function tagOf(match: RegExpExecArray): Tag {
  const [whole, slash = '', name = '', attributes = '', empty = ''] = match;
  return {
    start: match.index,
    end: match.index + whole.length,
    name,
    isEnd: slash !== '',
    isEmpty: empty !== '' || attributes.endsWith('/'),
    attributes,
  };
}

/** The attributes whose names say what they hold. */
function readAttributes(text: string, tag: Tag, above: readonly string[]): DocumentSection | null {
  if (tag.attributes === '') return null;
  const from = tag.start + 1 + tag.name.length;
  const fields: [Stretch, FieldContent][] = [];
  for (const match of tag.attributes.matchAll(ATTRIBUTE)) {
    const [whole, name = '', double, single] = match;
    const value = double ?? single ?? '';
    const holds = attributeContent(tag.name, above, name, plainOf(value));
    const end = from + match.index + whole.length - 1;
    if (holds !== null) fields.push([{ start: end - value.length, end }, holds]);
  }
  // Attributes of markup say nothing of a person: the tag is left to the other readers.
  if (!fields.some(([, holds]) => holds !== 'keep') && !/codeSystem|templateId|root=/.test(tag.attributes + tag.name))
    return null;
  return sectionOf(text, fields, {
    start: fields[0]?.[0].start ?? tag.start,
    end: fields.at(-1)?.[0].end ?? tag.start,
  });
}

function sectionOf(
  text: string,
  fields: readonly (readonly [Stretch, FieldContent])[],
  { start, end }: Stretch,
): DocumentSection {
  const list = new FieldList(text);
  for (const [stretch, holds] of fields) {
    const value = text.slice(stretch.start, stretch.end);
    const scheme = /^(?:tel|mailto|fax|sms):/i.exec(value)?.[0].length ?? 0;
    const at = { start: stretch.start + scheme, end: stretch.end };
    const plain = plainOf(value.slice(scheme)).trim();
    const isMail = holds === 'PHONE' && plain.includes('@');
    list.add(at, isMail ? 'EMAIL' : holds, holds === 'keep' || holds === 'text' ? undefined : plain);
  }
  return { start, end, format: 'xml', fields: list.fields };
}

function plainOf(value: string): string {
  return unescaped(value)?.text ?? value;
}
