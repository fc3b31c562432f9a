/** Where a value begins and ends: without the white space and punctuation around it. */

// Brackets and slashes are not among them: "(212)" begins a number, "/" ends an address.
const AROUND = /[\s.,;:!?'"`]/;

/** The range without the white space and marks around a value. */
export function trim(text: string, from: number, to: number): { readonly start: number; readonly end: number } {
  let start = from;
  let end = to;
  while (start < end) {
    const first = text.charAt(start);
    const last = text.charAt(end - 1);
    if (
      (isAround(first) && !isPart(first, text.charAt(start + 1))) ||
      (first === '(' && !text.slice(start, end).includes(')'))
    )
      start++;
    else if (
      (isAround(last) && !isPart(last, text.charAt(end - 2))) ||
      (last === ')' && !text.slice(start, end).includes('('))
    )
      end--;
    else break;
  }
  return { start, end };
}

// Most values begin and end with a letter or a digit.
function isAround(character: string): boolean {
  return (
    !(character >= '0' && character <= '9') &&
    !(character >= 'A' && character <= 'Z') &&
    !(character >= 'a' && character <= 'z') &&
    AROUND.test(character)
  );
}

/** The "::" at an end of an IPv6 address is a part of it. */
function isPart(mark: string, neighbour: string): boolean {
  return mark === ':' && neighbour === ':';
}
