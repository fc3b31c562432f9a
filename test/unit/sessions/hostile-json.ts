/** JSON texts in every form that the grammar allows, and in some that it forbids. */
import fc from 'fast-check';

/** A number in one of its spellings, which is written as it is. */
export class Numeral {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** How a client writes JSON. */
export interface Style {
  readonly space: string;
  /** Every so-manieth character of a string is written as an escape; 0 for none. */
  readonly escapes: number;
}

export const style: fc.Arbitrary<Style> = fc.record({
  space: fc.constantFrom('', '', '', ' ', '\n\t', '\r\n  '),
  escapes: fc.constantFrom(0, 0, 0, 1, 3, 7),
});

/** The string as JSON. */
export function quoted(text: string, { escapes }: Style): string {
  if (escapes === 0) return JSON.stringify(text);
  const unit = (at: number): string => text.charCodeAt(at).toString(16).padStart(4, '0');
  let written = '';
  for (let at = 0; at < text.length; at += 1) {
    const isEscaped = (at + text.charCodeAt(at)) % escapes === 0;
    const hex = at % 2 === 0 ? unit(at) : unit(at).toUpperCase();
    written += isEscaped ? `\\u${hex}` : JSON.stringify(text.charAt(at)).slice(1, -1);
  }
  return `"${written}"`;
}

/** The value as JSON. */
export function written(value: unknown, by: Style): string {
  const { space } = by;
  if (value instanceof Numeral) return value.text;
  if (typeof value === 'string') return quoted(value, by);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value))
    return `[${space}${value.map((item) => written(item, by)).join(`${space},${space}`)}${space}]`;
  const members = Object.entries(value).map(
    ([key, member]) => `${quoted(key, by)}${space}:${space}${written(member, by)}`,
  );
  return `{${space}${members.join(`${space},${space}`)}${space}}`;
}

/** What is wrong with a text, if anything. */
export type Damage =
  | 'none'
  | 'bom'
  | 'twice'
  | 'escaped twice'
  | 'second list'
  | 'bytes'
  | 'cut'
  | 'comma'
  | 'after'
  | 'escaped key'
  | 'padded';
export const DAMAGES: readonly Damage[] = [
  'bom',
  'twice',
  'escaped twice',
  'second list',
  'bytes',
  'cut',
  'comma',
  'after',
  'escaped key',
  'padded',
];

/** A request of which `list` is the history, as it is or damaged. */
export function damaged(text: string, how: Damage, list: string): Uint8Array {
  const body = text.slice(0, -1);
  switch (how) {
    case 'none':
      return Buffer.from(text);
    case 'bom':
      return Buffer.from(`\ufeff${text}`);
    case 'twice':
      return Buffer.from(`${body},"model":"m"}`);
    case 'escaped twice':
      return Buffer.from(`${body},"mode\\u006c":"m"}`);
    case 'second list':
      return Buffer.from(`${body},"${list}":[]}`);
    case 'bytes':
      return Buffer.concat([Buffer.from(body), Buffer.from([0xff, 0x7d])]);
    case 'cut':
      return Buffer.from(text.slice(0, -3));
    case 'comma':
      return Buffer.from(`${body},}`);
    case 'after':
      return Buffer.from(`${text} {}`);
    case 'escaped key':
      return Buffer.from(text.replace(`"${list}"`, `"${list.replace('s', '\\u0073').replace('i', '\\u0069')}"`));
    case 'padded':
      return Buffer.from(` \n${text}\t `);
  }
}
