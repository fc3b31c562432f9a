/** Content lines of vCard and iCalendar: `N:Day;Will`, `ATTENDEE;CN="Hope Day":mailto:...`. RFC 6350, 3.3; RFC 5545, 3.1. */
import { NO_SECTIONS, type DocumentReader, type DocumentSection, type FieldContent } from './document.ts';
import { FieldList, splitAt, type Stretch } from './field-list.ts';

/** A line with its name, its parameters and its value, bounded. A parameter ends at its semicolon: one way to read each line. */
const LINE =
  /^[ \t]*(?:[A-Za-z0-9-]{1,20}\.)?([A-Z][A-Z-]{0,20})((?:;[^;:\r\n"]{0,80}(?:"[^"\r\n]{0,120}"[^;:\r\n"]{0,80})?){0,16}):([^\r\n]{0,400})/gim;
const CALLED = /;CN=(?:"([^"\r\n]{1,120})"|([^;:"\r\n]{1,120}))/gi;
const BEGINS = /BEGIN:(?:VCARD|VCALENDAR|VEVENT|VTODO)/i;

/** What the values of a property hold; a person's are masked by position. Others are read as prose. */
const HOLDS: ReadonlyMap<string, FieldContent> = new Map<string, FieldContent>([
  ['N', 'NAME'],
  ['FN', 'NAME'],
  ['NICKNAME', 'NAME'],
  ['ADR', 'ADDRESS'],
  ['LABEL', 'ADDRESS'],
  ['TEL', 'PHONE'],
  ['EMAIL', 'EMAIL'],
  ['BDAY', 'DOB'],
  ['ANNIVERSARY', 'DATE'],
  ['GEO', 'ADDRESS'],
  ['BEGIN', 'keep'],
  ['END', 'keep'],
  ['VERSION', 'keep'],
  ['PRODID', 'keep'],
  ['STATUS', 'keep'],
  ['GENDER', 'keep'],
  ['CLASS', 'keep'],
  ['SEQUENCE', 'keep'],
  ['METHOD', 'keep'],
  ['CALSCALE', 'keep'],
]);

export const contentLines: DocumentReader = {
  format: 'content-lines',
  read(text) {
    if (!BEGINS.test(text)) return NO_SECTIONS;
    const sections: DocumentSection[] = [];
    for (const match of text.matchAll(LINE)) {
      const [whole, name = '', parameters = '', value = ''] = match;
      const end = match.index + whole.length;
      const list = new FieldList(text);
      addNames(list, match.index + whole.length - value.length - 1 - parameters.length, parameters);
      addValue(text, list, name.toUpperCase(), { start: end - value.length, end });
      sections.push({ start: match.index, end, format: 'content-lines', fields: list.fields });
    }
    return sections;
  },
};

/** The names in the parameters of a line: `CN="Hope Day"`. */
function addNames(list: FieldList, from: number, parameters: string): void {
  for (const { 0: whole, 1: quoted, 2: bare, index } of parameters.matchAll(CALLED)) {
    const name = quoted ?? bare ?? '';
    const end = from + index + whole.length - (quoted === undefined ? 0 : 1);
    list.add({ start: end - name.length, end }, name.includes('@') ? 'EMAIL' : 'NAME');
  }
}

function addValue(text: string, list: FieldList, name: string, stretch: Stretch): void {
  const holds = HOLDS.get(name) ?? 'text';
  const value = text.slice(stretch.start, stretch.end);
  const scheme = /^(?:mailto|tel):/i.exec(value)?.[0].length ?? 0;
  if (holds === 'keep' || holds === 'text') list.add(stretch, holds);
  else if (name === 'N' || name === 'ADR')
    splitAt(text, stretch, ';').forEach((part, at) => {
      // The country of an address, and the titles of a name.
      const isPublic = name === 'N' ? at > 2 : at === 6 || /^[A-Z]{2}$/.test(text.slice(part.start, part.end));
      list.add(part, isPublic ? 'keep' : holds);
    });
  else list.add({ start: stretch.start + scheme, end: stretch.end }, holds);
}
