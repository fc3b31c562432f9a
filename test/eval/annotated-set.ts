/** Annotated sets: files of JSON lines, `{id, text, spans: [{start, end, label}], style?, call?, turn?, speaker?}`. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { parseLabel } from './labels.ts';
import type { Label } from './labels.ts';

/** What an annotator marked. UTF-16 offsets, end exclusive. */
export interface GoldSpan {
  readonly start: number;
  readonly end: number;
  readonly label: Label;
  /** The label in the spelling of its source; null where there was none. */
  readonly orig: string | null;
}

/** `tweet` is a corpus' own word for written text. */
export type Form = 'written' | 'spoken';

export interface Row {
  readonly id: string;
  readonly text: string;
  readonly spans: readonly GoldSpan[];
  /** Null where the row does not say. */
  readonly form: Form | null;
  /** The conversation that the row is a turn of, and its place in it; null for a text by itself. */
  readonly call: { readonly id: string; readonly turn: number; readonly speaker: string | null } | null;
}

export interface AnnotatedSet {
  /** Path below the folder, without the ending. */
  readonly name: string;
  readonly rows: readonly Row[];
}

/** What is wrong with a row, without any of its text. */
export interface RowProblem {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly rule: string;
}

const FORMS: Readonly<Record<string, Form>> = { written: 'written', tweet: 'written', spoken: 'spoken' };

const ROW = z.looseObject({
  id: z.union([z.string(), z.number()]),
  text: z.string(),
  spans: z.array(z.looseObject({ start: z.int(), end: z.int(), label: z.string(), orig: z.unknown().optional() })),
  style: z.string().optional(),
  call: z.union([z.string(), z.number()]).nullish(),
  turn: z.number().nullish(),
  speaker: z.string().nullish(),
});

/** The row that a line holds, or the rule that it breaks, as `field: rule`. Never quotes the line. */
export function parseRow(line: string): Row | { readonly rule: string } {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return { rule: 'line: must be one JSON object' };
  }
  const parsed = ROW.safeParse(json);
  if (!parsed.success) {
    const [at = 'line', ...below] = parsed.error.issues[0]?.path ?? [];
    return { rule: `${[at, ...below].join('.')}: must have the type that the set format says` };
  }
  const { id, text, style, call, turn, speaker } = parsed.data;
  const spans: GoldSpan[] = [];
  for (const [at, span] of parsed.data.spans.entries()) {
    const label = parseLabel(span.label);
    if (label === null) return { rule: `spans.${at}.label: must be a label of the set format` };
    if (span.start < 0 || span.end > text.length || span.start >= span.end)
      return { rule: `spans.${at}: must lie in the text and not be empty` };
    spans.push({ start: span.start, end: span.end, label, orig: typeof span.orig === 'string' ? span.orig : null });
  }
  if (style !== undefined && !Object.hasOwn(FORMS, style))
    return { rule: `style: must be one of ${Object.keys(FORMS).join(', ')}` };
  const hasCall = call !== undefined && call !== null;
  if (hasCall && (turn === undefined || turn === null)) return { rule: 'turn: a row with a call needs its turn' };
  return {
    id: String(id),
    text,
    spans,
    form: style === undefined ? null : (FORMS[style] ?? null),
    call: hasCall ? { id: String(call), turn: turn ?? 0, speaker: speaker ?? null } : null,
  };
}

/** The rows of a file's content, and what is wrong with the others. Blank lines are allowed. */
export function parseSet(file: string, content: string): { readonly rows: Row[]; readonly problems: RowProblem[] } {
  const rows: Row[] = [];
  const problems: RowProblem[] = [];
  content.split('\n').forEach((line, at) => {
    if (line.trim() === '') return;
    const row = parseRow(line);
    if ('rule' in row) problems.push({ file, line: at + 1, rule: row.rule });
    else rows.push(row);
  });
  return { rows, problems };
}

/**
 * Every `*.jsonl` below a folder (or the one file), in the order of their names.
 * @throws Error when the folder cannot be read or holds no such file.
 */
export function readSets(folder: string): { readonly sets: AnnotatedSet[]; readonly problems: RowProblem[] } {
  const single = statSync(folder).isFile();
  const root = single ? path.dirname(folder) : folder;
  const files = single
    ? [path.basename(folder)]
    : readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.jsonl'))
        .sort();
  if (files.length === 0) throw new Error(`${folder} holds no *.jsonl`);
  const sets: AnnotatedSet[] = [];
  const problems: RowProblem[] = [];
  for (const file of files) {
    const parsed = parseSet(file, readFileSync(path.join(root, file), 'utf8'));
    problems.push(...parsed.problems);
    if (parsed.rows.length > 0)
      sets.push({ name: file.slice(0, -'.jsonl'.length).split(path.sep).join('/'), rows: parsed.rows });
  }
  return { sets, problems };
}
