/** Returns a local date and time of a form field as a moment in ISO 8601; null where the field is empty or not whole. */
export function momentOf(local: string): string | null {
  const ms = Date.parse(local);
  return local === '' || Number.isNaN(ms) ? null : new Date(ms).toISOString();
}
