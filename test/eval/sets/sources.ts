/** Reads the hand-written source files: calls.txt (a turn per line) and notes.txt (a document per header). */
import { isStyle, MarkError, parseMarks } from './marks.ts';
import type { GoldSpan, Style } from './marks.ts';

export interface CallRow {
  readonly id: string;
  readonly call: string;
  /** From 1. */
  readonly turn: number;
  readonly speaker: 'agent' | 'caller';
  readonly style: Style;
  readonly text: string;
  readonly spans: readonly GoldSpan[];
}

export interface NoteRow {
  readonly id: string;
  /** What kind of document: `discharge`, `portal`, ... */
  readonly document: string;
  readonly style: 'written';
  readonly text: string;
  readonly spans: readonly GoldSpan[];
}

const HEADER = /^== ([a-z0-9-]+) ([a-z]+)$/;
const TURN = /^(agent|caller): (\S.*)$/;

/** A source file's mistake, with the line (from 1) that has it. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
  constructor(readonly line: number, problem: string) {
    super(`line ${line}: ${problem}`);
  }
}

function atLine<T>(line: number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof MarkError) throw new SourceError(line, error.message);
    throw error;
  }
}

interface Header {
  readonly id: string;
  readonly second: string;
}

/** Reads `== id word`, and refuses an id that was there before. */
function readHeader(content: string, line: number, seen: Set<string>): Header {
  const match = HEADER.exec(content);
  const [, id, second] = match ?? [];
  if (id === undefined || second === undefined) throw new SourceError(line, 'a header is "== id word"');
  if (seen.has(id)) throw new SourceError(line, `the id "${id}" stands twice`);
  seen.add(id);
  return { id, second };
}

/**
 * Reads calls: `== id style`, then `agent: ...` or `caller: ...` lines. Empty lines and lines that start with `#` are skipped.
 * `\n` in a turn becomes a line break.
 * @throws SourceError for anything else.
 */
export function parseCalls(source: string): CallRow[] {
  const rows: CallRow[] = [];
  const seen = new Set<string>();
  let call: { readonly id: string; readonly style: Style } | undefined;
  let turn = 0;
  for (const [index, content] of source.split('\n').entries()) {
    const line = index + 1;
    if (content === '' || content.startsWith('#')) continue;
    if (content.startsWith('==')) {
      const { id, second } = readHeader(content, line, seen);
      if (!isStyle(second)) throw new SourceError(line, `unknown style "${second}"`);
      call = { id, style: second };
      turn = 0;
      continue;
    }
    const [, speaker, said] = TURN.exec(content) ?? [];
    if ((speaker !== 'agent' && speaker !== 'caller') || said === undefined) throw new SourceError(line, 'a turn is "agent: ..." or "caller: ..."');
    if (call === undefined) throw new SourceError(line, 'a turn before the first header');
    turn += 1;
    const { text, spans } = atLine(line, () => parseMarks(said.replaceAll('\\n', '\n')));
    rows.push({ id: `${call.id}/${turn}`, call: call.id, turn, speaker, style: call.style, text, spans });
  }
  return rows;
}

/**
 * Reads documents: `== id kind`, then the text up to the next header, without the empty lines around it.
 * Lines that start with `#` before the first header are skipped; a mark stays within its line.
 * @throws SourceError for text before the first header, a document without text, and wrong marks.
 */
export function parseNotes(source: string): NoteRow[] {
  const documents: { readonly header: Header; readonly line: number; readonly lines: string[] }[] = [];
  const seen = new Set<string>();
  for (const [index, content] of source.split('\n').entries()) {
    const line = index + 1;
    const current = documents.at(-1);
    if (content.startsWith('==')) documents.push({ header: readHeader(content, line, seen), line, lines: [] });
    else if (current !== undefined) {
      atLine(line, () => parseMarks(content));
      current.lines.push(content);
    } else if (content !== '' && !content.startsWith('#')) throw new SourceError(line, 'text before the first header');
  }
  return documents.map(({ header, line, lines }) => {
    const { text, spans } = parseMarks(lines.join('\n').trim());
    if (text === '') throw new SourceError(line, `the document "${header.id}" has no text`);
    return { id: header.id, document: header.second, style: 'written', text, spans };
  });
}

/** One JSON object per line, with a line break after the last. */
export function jsonLines(rows: readonly object[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}
