/** Digits, codes and numbers in the form of a text: written, or read aloud. */

import type { Form, Source } from './source.ts';
import { belowHundred, sayCode, sayDigits, sayLetters } from './spoken.ts';
import { digitGroups } from './formats.ts';

/** An identifier of letters and digits. */
export function mixedCode(source: Source): string {
  const { random } = source;
  return random.pick([
    () => random.letters(random.int(1, 4)).toUpperCase() + random.digits(random.int(3, 9)),
    () => `${random.letters(random.int(1, 4)).toUpperCase()}-${random.digits(random.int(3, 8))}`,
    () =>
      random.digits(random.int(2, 5)) +
      random.letters(random.int(1, 3)).toUpperCase() +
      random.digits(random.int(1, 5)),
    () => `${random.digits(random.int(2, 5))}-${random.digits(random.int(3, 6))}`,
    () => `${random.letters(2).toUpperCase()}${random.digits(2)}${random.letters(2).toUpperCase()}${random.digits(3)}`,
    () =>
      `${random.letters(random.int(1, 3)).toUpperCase()}${random.pick(['_', '-', '.', ':'])}${random.digits(random.int(4, 6))}${random.pick(['', '', '/A', '-B', '.c', '#'])}`,
    () => `${random.letters(2).toUpperCase()}-${random.letters(1).toUpperCase()}-${random.digits(random.int(4, 6))}`,
    () =>
      `${random.pick(['RX', 'CLM', 'REF', 'ORD', 'INV', 'TKT', 'SN', 'PA', 'EMP', 'VP'])}-${random.digits(4)}-${random.digits(random.int(3, 5))}`,
  ])();
}

/** Digits in the form of the text; `shapes` are the groups they are usually written in. */
export function spokenDigits(
  source: Source,
  digits: string,
  form: Form,
  shapes: readonly (readonly number[])[] = [],
): string {
  const { random } = source;
  if (form.spoken && random.chance(0.68)) return stumble(source, sayDigits(digits, random));
  const shape = random.chance(0.65)
    ? shapes.find((candidate) => candidate.reduce((sum, n) => sum + n, 0) === digits.length)
    : undefined;
  if (shape) return digitGroups(digits, shape).join(random.pick(['-', '-', ' ', form.spoken ? ' ' : '.']));
  if (random.chance(form.spoken ? 0.25 : 0.05)) return digits.split('').join(' ');
  if (random.chance(form.spoken ? 0.25 : 0.1) && digits.length > 5)
    return digitGroups(digits, [3, 3, 3, 3, 3, 3]).join(random.pick([' ', '-']));
  return digits;
}

/** Letters and digits in the form of the text. */
export function spokenCode(source: Source, code: string, form: Form): string {
  const { random } = source;
  if (form.spoken && random.chance(0.6)) return stumble(source, sayCode(code, random));
  if (form.spoken && random.chance(0.4)) return code.replace(/-/g, ' ').replace(/([A-Z])(?=[A-Z0-9])/g, '$1 ');
  return random.chance(0.1) ? code.toLowerCase() : code;
}

/** Now and then a speaker goes wrong and begins again in the middle of a value. */
export function stumble({ random }: Source, said: string): string {
  const words = said.split(' ');
  if (words.length < 5 || !random.chance(0.05)) return said;
  const at = random.int(2, words.length - 2);
  const again = words.slice(Math.max(0, at - random.int(1, 2)));
  return [
    ...words.slice(0, at),
    random.pick(['no wait', 'sorry', 'no sorry', 'i mean', 'uh no', 'scratch that']),
    ...again,
  ].join(' ');
}

/** A name letter by letter. */
export function spelledName(source: Source, name: string, form: Form): string {
  const letters = name.replace(/[^A-Za-z]/g, '');
  const { random } = source;
  if (form.spoken) return random.chance(0.85) ? sayLetters(letters, random) : letters.toUpperCase().split('').join(' ');
  const kind = random.next();
  if (kind < 0.4) return letters.toUpperCase().split('').join('-');
  if (kind < 0.7) return letters.toUpperCase().split('').join(' ');
  if (kind < 0.8) return letters.toUpperCase().split('').join('. ');
  return sayLetters(letters, random).replace(/\b[a-z]\b/g, (letter) => letter.toUpperCase());
}

/** A house number, an apartment, an extension. */
export function spokenNumber(source: Source, n: string, form: Form): string {
  const { random } = source;
  if (!form.spoken || random.chance(0.4)) return n;
  if (n.length === 4 && n.charAt(2) !== '0' && random.chance(0.6))
    return `${belowHundred(Number(n.slice(0, 2)))} ${belowHundred(Number(n.slice(2)))}`;
  if (n.length === 3 && random.chance(0.5))
    return `${belowHundred(Number(n.charAt(0)))} ${n.charAt(1) === '0' ? `oh ${belowHundred(Number(n.charAt(2)))}` : belowHundred(Number(n.slice(1)))}`;
  if (n.length <= 2) return belowHundred(Number(n));
  return sayDigits(n, random);
}
