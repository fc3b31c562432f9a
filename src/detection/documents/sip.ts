/** Headers of SIP messages and `tel:` addresses: who calls whom. RFC 3261, 20; RFC 3966. */
import { NO_SECTIONS, type DocumentReader, type DocumentSection } from './document.ts';
import { FieldList } from './field-list.ts';

/** A header with an address, and an address by itself; each part bounded. */
const ADDRESS =
  /(?:"([^"\n]{1,80})"|((?<=: ?)[\p{L}\p{M}'’.,-]{1,40}(?: [\p{L}\p{M}'’.,-]{1,40}){0,4}))?(?<![ \t])[ \t]*<?(sips?|tel):([^\s<>"@;]{1,80})(@[^\s<>";]{1,120})?((?:;[\w.-]{1,40}(?:=[^\s<>";]{1,120})?){0,12})(>(?:;[\w.-]{1,40}(?:=[^\s<>";,]{1,120})?){0,12})?/giu;
/** Parameters of `tel:` that are parts of the number. */
const NUMBER_PARAMETER = /;(?:ext|phone-context|isub|postd)=([^;]{1,120})/gi;

const IP_HOST = /^@(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;

export const sip: DocumentReader = {
  format: 'sip',
  read(text) {
    if (!/\b(?:sips?|tel):/i.test(text)) return NO_SECTIONS;
    const sections: DocumentSection[] = [];
    for (const match of text.matchAll(ADDRESS)) {
      const section = readAddress(text, match);
      if (section !== null) sections.push(section);
    }
    return sections;
  },
};

function readAddress(text: string, match: RegExpExecArray): DocumentSection | null {
  const [whole, quoted, bare, scheme = '', user = '', host = '', parameters = '', behind = ''] = match;
  const list = new FieldList(text);
  const name = quoted ?? bare;
  const start = match.index;
  if (name !== undefined) {
    const from = start + whole.indexOf(name);
    list.add(
      { start: from, end: from + name.length },
      /\d{4}/.test(name) ? 'text' : /\p{L}/u.test(name) ? 'NAME' : 'keep',
    );
  }
  const end = start + whole.length;
  const parametersAt = end - behind.length - parameters.length;
  const userAt = parametersAt - host.length - user.length;
  const isNumber = /^\+?[\d().*#-]{3,}$/.test(user) && (user.match(/\d/g) ?? []).length >= 3;
  if (isNumber || scheme.toLowerCase() === 'tel') {
    addNumber(list, userAt, user, parametersAt, `${parameters}${behind}`);
    // Where a telephone is reached.
    if (IP_HOST.test(host)) list.add({ start: userAt + user.length + 1, end: parametersAt }, 'IP_ADDRESS');
  } else if (host !== '') list.add({ start: userAt, end: userAt + user.length + host.length }, 'EMAIL');
  else return null;
  return { start, end, format: 'sip', fields: list.fields };
}

/** The number, with an extension that stands right behind it; other parts of it by themselves. */
function addNumber(list: FieldList, at: number, user: string, parametersAt: number, parameters: string): void {
  const extension = at + user.length === parametersAt ? /^;ext=(\d{1,10})/i.exec(parameters) : null;
  if (extension === null) list.add({ start: at, end: at + user.length }, 'PHONE');
  else list.add({ start: at, end: parametersAt + extension[0].length }, 'PHONE', `${user} x${extension[1] ?? ''}`);
  for (const { index, 0: parameter, 1: value = '' } of parameters.matchAll(NUMBER_PARAMETER)) {
    if (extension !== null && index === 0) continue;
    const from = parametersAt + index + parameter.length - value.length;
    if (/\d/.test(value)) list.add({ start: from, end: from + value.length }, 'PHONE');
  }
}
