/** Texts of kept payloads: the text at a JSON Pointer, cut where identifiers or tokens are. */

/** A piece of a text; `kind` is set where it is an identifier or a token. */
export interface Piece {
  readonly text: string;
  readonly kind: string | null;
}

/** Returns the string at a JSON Pointer (RFC 6901); null where there is none. */
export function textAt(document: unknown, pointer: string): string | null {
  let found = document;
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return null;
    found = (found as Readonly<Record<string, unknown>>)[name];
  }
  return typeof found === 'string' ? found : null;
}

/** Cuts a text at spans, which are ordered and do not overlap; one that does is left out. */
export function cutAtSpans(
  text: string,
  spans: readonly { readonly start: number; readonly end: number; readonly kind: string }[],
): readonly Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const span of [...spans].sort((one, other) => one.start - other.start)) {
    if (span.start < end || span.end > text.length) continue;
    pieces.push({ text: text.slice(end, span.start), kind: null });
    pieces.push({ text: text.slice(span.start, span.end), kind: span.kind });
    end = span.end;
  }
  pieces.push({ text: text.slice(end), kind: null });
  return pieces.filter((piece) => piece.text !== '');
}

/** Tokens as Masker writes them: MSKV1.KIND.RING.VALUE, and redacted places. */
const TOKEN = /(?:MSK(?:V1|1)\.([A-Z_]+)\.[A-Z0-9_]+\.[A-Za-z0-9_-]+)|(?:\[REDACTED:([A-Z_]+)\])/g;

/** Cuts a masked text at its tokens. */
export function cutAtTokens(text: string): readonly Piece[] {
  const spans = [...text.matchAll(TOKEN)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    kind: match[1] ?? match[2] ?? 'OTHER_ID',
  }));
  return cutAtSpans(text, spans);
}

/** Returns what the caller heard: the text of a chat completion, whole or streamed. Null where the answer has another form. */
export function spokenText(response: unknown): string | null {
  if (typeof response === 'string') return streamedText(response);
  const choice = first(member(response, 'choices'));
  const content = member(member(choice, 'message'), 'content');
  return typeof content === 'string' ? content : null;
}

function streamedText(stream: string): string | null {
  const deltas = stream.split('\n').flatMap((line) => {
    if (!line.startsWith('data: {')) return [];
    try {
      const content = member(member(first(member(JSON.parse(line.slice(6)), 'choices')), 'delta'), 'content');
      return typeof content === 'string' ? [content] : [];
    } catch {
      return [];
    }
  });
  return deltas.length === 0 ? null : deltas.join('');
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

function first(value: unknown): unknown {
  return Array.isArray(value) ? (value as readonly unknown[])[0] : undefined;
}
