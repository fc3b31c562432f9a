/** The text without control characters other than line ends: a terminal obeys them. */
export function printable(text: string): string {
  return text.replace(/[^\P{Cc}\n]+/gu, ' ');
}
