/** Names as DICOM and HL7 write them, outside of a message: `Brackwater^Lorena^J`. DICOM PS3.5, 6.2.1 (PN). */
import { NO_SECTIONS, type DocumentReader, type DocumentSection } from './document.ts';
import { FieldList, splitAt } from './field-list.ts';
import { looksLikeNames } from './hl7-forms.ts';

/** Words of letters with carets between; at most eight parts, each bounded. */
const CARETS =
  /(?<![\p{L}\p{M}\p{N}^])(?:(?:van|von|de|del|der|den|di|da|dos|la|le|el|al|bin|ibn|san|st\.?) ){0,3}[\p{L}][\p{L}\p{M}'’.-]{0,39}(?:\^(?:[\p{L}\p{M}'’.-]{0,40}(?: [\p{L}\p{M}'’.-]{1,40}){0,2})){1,7}/giu;

export const caretNames: DocumentReader = {
  format: 'caret-name',
  read(text) {
    if (!text.includes('^')) return NO_SECTIONS;
    const sections: DocumentSection[] = [];
    for (const { index, 0: name } of text.matchAll(CARETS)) {
      const parts = splitAt(text, { start: index, end: index + name.length }, '^');
      if (
        /[\w^]/.test(text.charAt(index - 1)) ||
        !looksLikeNames(parts.map(({ start, end }) => text.slice(start, end)))
      )
        continue;
      const list = new FieldList(text);
      // Family, given and further names; then prefix and suffix.
      parts.forEach((part, at) => {
        list.add(part, at < 3 ? 'NAME' : 'keep');
      });
      sections.push({ start: index, end: index + name.length, format: 'caret-name', fields: list.fields });
    }
    return sections;
  },
};
