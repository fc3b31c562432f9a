/** The files of given cases. */
export const GIVEN: readonly URL[] = [
  'given-speech.jsonl',
  'given-formats.jsonl',
  'further.jsonl',
  'field.jsonl',
  'calls.jsonl',
  'short-turns.jsonl',
  'front-desk.jsonl',
  'platforms.jsonl',
].map((name) => new URL(name, import.meta.url));
