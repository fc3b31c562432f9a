/**
 * Letters that look like digits inside numbers, and letters of other scripts that look like Latin ones inside Latin words
 * (Unicode UTS #39): scanners misread them, and whoever wants to slip a number past detection writes them on purpose.
 * Each is replaced by one unit, so that offsets stay as they are.
 */

const ZEROS = 'Oo\u041e\u043e\u039f\u03bf';
const ONES = 'Il\u0406\u04c0\u04cf\u0399';
const THREES = '\u0417';
const LOOKALIKES = ZEROS + ONES + THREES;

const SUSPECT = new RegExp(`[0-9][${LOOKALIKES}]|[${LOOKALIKES}][0-9]|[0-9][- .][${LOOKALIKES}]{3,4}[- .]`);
// A whole run of digits and look-alikes; the look-behind keeps the work linear.
const MIXED = new RegExp(
  `(?<![\\p{L}\\p{N}_])(?=[${LOOKALIKES}]*[0-9])[0-9${LOOKALIKES}]{2,}(?![\\p{L}\\p{N}_])`,
  'gu',
);
const BETWEEN = new RegExp(`(?<=[0-9][- .])[${LOOKALIKES}]{3,4}(?=[- .][0-9])`, 'g');
const NUMERIC = new RegExp(`[0-9${LOOKALIKES}]`);
const NOT_DIGIT = /[^0-9]/g;
// An identifier with a letter in front (O1234567), not a number.
const LETTER_FIRST = new RegExp(`^[${LOOKALIKES}]\\d{5,}$`);

/** "4l5-555-O132" becomes "415-555-0132". Linear; the length stays. */
export function restoreDigits(text: string): string {
  if (!SUSPECT.test(text)) return text;
  const restored = text.replace(MIXED, (token, at: number) => (isNumber(text, token, at) ? toDigits(token) : token));
  return restored.replace(BETWEEN, toDigits);
}

function isNumber(text: string, token: string, at: number): boolean {
  const letters = token.match(NOT_DIGIT)?.length ?? 0;
  if (letters === 0 || LETTER_FIRST.test(token)) return false;
  const before = /[-.]/.test(text.charAt(at - 1)) && NUMERIC.test(text.charAt(at - 2));
  const after = /[-.]/.test(text.charAt(at + token.length)) && NUMERIC.test(text.charAt(at + token.length + 1));
  // "O2" is oxygen, "l4" a vertebra, gpt-4o-2024 a model.
  if (token.length < 3) return before && after;
  return letters * 2 <= token.length || before || after;
}

function toDigits(token: string): string {
  return token.replace(NOT_DIGIT, (letter) => (ZEROS.includes(letter) ? '0' : ONES.includes(letter) ? '1' : '3'));
}

const LATIN: ReadonlyMap<string, string> = pairs(
  '\u0430a\u0435e\u043eo\u0440p\u0441c\u0443y\u0445x\u0456i\u0458j\u0455s\u0501d\u04bbh\u04cfl\u0410A\u0412B\u0415E\u041aK\u041cM\u041dH\u041eO\u0420P\u0421C\u0422T\u0423Y\u0425X\u0406I\u0408J\u0405S' +
    '\u03b1a\u03bfo\u03bdv\u03c1p\u03c4t\u03c5u\u03b9i\u03bak\u0391A\u0392B\u0395E\u0396Z\u0397H\u0399I\u039aK\u039cM\u039dN\u039fO\u03a1P\u03a4T\u03a5Y\u03a7X',
);

function pairs(text: string): Map<string, string> {
  const map = new Map<string, string>();
  for (let at = 0; at < text.length; at += 2) map.set(text.charAt(at), text.charAt(at + 1));
  return map;
}

const FOREIGN = /[\u0370-\u052f]/;
const FOREIGN_WORD = /[A-Za-z\u0370-\u052f]{2,}/g;

/** "j\u043ehn" with a Cyrillic o becomes "john"; a word that is not Latin at all stays. Linear; the length stays. */
export function restoreLatin(text: string): string {
  if (!FOREIGN.test(text)) return text;
  return text.replace(FOREIGN_WORD, (word) => {
    if (!/[A-Za-z]/.test(word) || !FOREIGN.test(word)) return word;
    let latin = '';
    for (const letter of word) {
      const plain = letter < '\x80' ? letter : LATIN.get(letter);
      if (plain === undefined) return word;
      latin += plain;
    }
    return latin;
  });
}
