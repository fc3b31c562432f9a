/**
 * What a model may do to a token without making it another: its letters and digits are all there and in order, whatever
 * their case and width; between them may stand separators, white space, brackets, quotes, Markdown, characters that
 * nobody sees, and the names of the separators. See docs/proxy.md, Restoring values.
 */

/** Characters that may stand between two letters or digits of a token, at most. */
export const MOST_NOISE = 8;

/** Letters and digits of the scheme: `MSKV1` and `MSK1`. */
const SCHEMES = ['MSKV1', 'MSK1'] as const;

/** The letters and digits of a token: the key that altered spellings of it share. */
export function foldToken(token: string): string {
  return token.replace(/[^A-Z0-9]/g, '');
}

/** The upper-case ASCII letter or digit that `code` (a UTF-16 code unit) is a form of; 0 for any other character. */
export function foldCode(code: number): number {
  if (code >= 0x61 && code <= 0x7a) return code - 0x20;
  if ((code >= 0x41 && code <= 0x5a) || (code >= 0x30 && code <= 0x39)) return code;
  // Full-width forms.
  return code >= 0xff10 && code <= 0xff5a ? foldCode(code - 0xfee0) : 0;
}

/** The letters and digits of any text, folded. */
export function foldText(text: string): string {
  return Array.from(text, (character) => String.fromCharCode(foldCode(character.charCodeAt(0))))
    .join('')
    .replaceAll('\0', '');
}

/** Which scheme the folded text is, or may become. */
export function schemeState(folded: string): 'whole' | 'open' | 'none' {
  if (SCHEMES.some((scheme) => folded.startsWith(scheme))) return 'whole';
  return SCHEMES.some((scheme) => scheme.startsWith(folded)) ? 'open' : 'none';
}

/** What a character does between two letters of a token. */
export type Noise = 'separator' | 'soft' | 'space' | null;

const SEPARATORS = '._-\u2010\u2011\u2012\u2013\u2014\u00b7\u2024\u3002\uff0e\uff3f\uff0d';
const SOFT = '*`~\\"\'()[]{}<>|,\u201c\u201d\u2018\u2019\u00ab\u00bb\u200b\u200c\u200d\u2060\ufeff\u00ad\u180e\ufe0f';
const SPACES = ' \t\r\n\u00a0\u2028\u2029\u202f\u2009\u200a\u3000';

const NOISE: ReadonlyMap<number, Noise> = new Map<number, Noise>([
  ...codesOf(SEPARATORS, 'separator'),
  ...codesOf(SOFT, 'soft'),
  ...codesOf(SPACES, 'space'),
]);

function codesOf(characters: string, noise: Noise): [number, Noise][] {
  return Array.from(characters, (character) => [character.charCodeAt(0), noise]);
}

/** What kind of noise the code unit is; null for what may not stand inside a token. */
export function noiseOf(code: number): Noise {
  return NOISE.get(code) ?? null;
}

const MARKUP: ReadonlySet<number> = new Set(
  Array.from('*`~\\\u200b\u200c\u200d\u2060\ufeff\u00ad', (character) => character.charCodeAt(0)),
);

/** Whether the code unit changes how a word looks and not where it ends: Markdown, and what nobody sees. */
export function isMarkup(code: number): boolean {
  return MARKUP.has(code);
}

/** How a separator is said. */
export const SEPARATOR_WORDS: readonly string[] = ['DOT', 'POINT', 'PERIOD', 'UNDERSCORE', 'DASH', 'HYPHEN'];
