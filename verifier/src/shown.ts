const LONGEST = 120;

/**
 * Text of the file made safe to print: cut to 120 characters, everything but printable ASCII escaped. A file may hold
 * terminal control sequences, or letters that reverse the line, to draw a verdict of its own.
 */
export function shown(text: string): string {
  const cut = text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text;
  return escaped(cut);
}

/** Everything but printable ASCII as JSON escapes it. */
export function escaped(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** `1 key`, `2 keys`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
