/** Texts of kept payloads: the text at a JSON Pointer, cut where tokens are. */
import { cutAtSpans } from '../../parts/marked/pieces.ts';
import type { Piece } from '../../parts/marked/pieces.ts';

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

/** Returns the path of the newest text of a request; null where it has another form than a text by itself. */
export function newestPath(request: unknown): string | null {
  const messages = member(request, 'messages');
  if (Array.isArray(messages)) {
    const last = messages.length - 1;
    return typeof member(messages[last], 'content') === 'string' ? `/messages/${last}/content` : null;
  }
  return typeof member(request, 'input') === 'string' ? '/input' : null;
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
