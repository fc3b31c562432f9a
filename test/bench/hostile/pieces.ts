/** Pieces that hostile bodies are made of, at any size. */

/** The text again and again, up to so many units. */
export function repeated(piece: string, size: number): string {
  return piece.repeat(Math.ceil(size / piece.length)).slice(0, size);
}

/** As many pieces as fit, each made by its number. */
export function many(piece: (n: number) => string, size: number): string {
  const parts: string[] = [];
  for (let length = 0, n = 0; length < size; n += 1) {
    const part = piece(n);
    parts.push(part);
    length += part.length;
  }
  return parts.join('').slice(0, size);
}

/** As many items as fit as JSON, each made by its number. */
export function list<T>(item: (n: number) => T, size: number): T[] {
  const items: T[] = [];
  for (let length = 0, n = 0; length < size; n += 1) {
    const made = item(n);
    items.push(made);
    length += JSON.stringify(made).length + 1;
  }
  return items;
}

export const PHRASE = 'the patient said that she would call the office back tomorrow morning and ';

/** At least two digits of a number below `most`. */
export const two = (n: number, most: number): string => String(n % most).padStart(2, '0');
export const phone = (n: number): string => `(${200 + (n % 700)}) 555-${String(n % 10_000).padStart(4, '0')}`;
export const email = (n: number): string => `person.${n}@clinic-${n % 97}.example`;
export const code = (n: number): string => `MRN A${n * 7919}-${n % 10}`;
/** A name of letters alone, another one for each number. */
export const name = (n: number): string =>
  `Mar${String(n).replace(/./g, (digit) => String.fromCharCode(97 + Number(digit)))} Gonzalez`;
