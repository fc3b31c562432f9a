/** Paths of texts in a request. */

/** Names of the fields of a request that hold its texts. Any other name may be a caller's word. */
const NAMES: ReadonlySet<string> = new Set([
  'messages',
  'input',
  'instructions',
  'content',
  'text',
  'output',
  'arguments',
  'tool_calls',
  'function',
  'function_call',
  'custom',
  'refusal',
  'summary',
  'parts',
]);
const NUMBER = /^\d{1,6}$/;
const LONGEST_PATH = 200;

/** Returns true for a path of names of the API and numbers alone. Only such a path is put into the account log. */
export function isOfNames(path: string): boolean {
  if (path.length > LONGEST_PATH || !path.startsWith('/')) return false;
  return path
    .slice(1)
    .split('/')
    .every((part) => NAMES.has(part) || NUMBER.test(part));
}

/** A text of a request, and what was sent in its place; null where nothing was. */
export interface PlacedText {
  readonly path: string;
  readonly text: string;
  readonly sent: string | null;
}

/** Yields the texts at paths of names, in the order of the request. */
export function* textsAtNames(request: unknown, masked: unknown, path = ''): Generator<PlacedText, void> {
  if (typeof request === 'string') {
    if (path.length <= LONGEST_PATH) yield { path, text: request, sent: typeof masked === 'string' ? masked : null };
  } else if (Array.isArray(request)) {
    const sent: readonly unknown[] = Array.isArray(masked) ? masked : [];
    for (const [index, item] of request.entries()) yield* textsAtNames(item, sent[index], `${path}/${index}`);
  } else if (isObject(request)) {
    for (const [key, member] of Object.entries(request)) {
      if (!NAMES.has(key)) continue;
      yield* textsAtNames(member, isObject(masked) ? masked[key] : undefined, `${path}/${key}`);
    }
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
