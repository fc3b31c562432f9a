/** Labelled text from outside (`--data`): what each set has labelled, and what it is silent about. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TAG_TYPES, type TagType } from '../src/detection/tagger/labels.ts';

/** A text with what is known of it. */
export interface Example {
  readonly text: string;
  readonly spans: readonly { readonly start: number; readonly end: number; readonly type: TagType }[];
  /** Stretches that count neither as values nor as none. */
  readonly unknown: readonly { readonly start: number; readonly end: number }[];
  /** The types that the set labels; a word outside its spans may still be of another type. */
  readonly types: ReadonlySet<TagType>;
}

/** The labels of the data format, by tagger type. */
const TYPES: Readonly<Record<string, TagType>> = {
  NAME: 'NAME',
  GEO: 'ADDRESS',
  DATE: 'DATE',
  PHONE: 'PHONE',
  EMAIL: 'EMAIL',
  SSN: 'SSN',
  MRN: 'OTHER_ID',
  PLAN: 'OTHER_ID',
  ACCT: 'ACCOUNT',
  LICENSE: 'OTHER_ID',
  VEHICLE: 'OTHER_ID',
  DEVICE: 'OTHER_ID',
  URL: 'URL',
  IP: 'IP_ADDRESS',
  ID: 'OTHER_ID',
  ORG: 'ORG',
};

export const EVERY_TYPE: ReadonlySet<TagType> = new Set(TAG_TYPES);

const allBut = (...types: readonly TagType[]): ReadonlySet<TagType> =>
  new Set(TAG_TYPES.filter((type) => !types.includes(type)));

/** Sets that do not label everything they hold, by the beginning of their file's name: what else they hold stays unknown. */
const LABELLED_TYPES: readonly (readonly [string, ReadonlySet<TagType>])[] = [
  ['aci', allBut('DATE', 'ORG')],
  ['btc', allBut('DATE', 'URL', 'EMAIL', 'PHONE')],
  ['wnut', allBut('DATE', 'URL', 'EMAIL', 'PHONE')],
  ['slurp', allBut('URL', 'PHONE', 'ORG')],
];

interface Row {
  readonly text: string;
  readonly spans?: readonly { readonly start: number; readonly end: number; readonly label: string }[];
}

/** Reads every `*.jsonl` of a folder, in the order of the names. */
export function readCorpora(folder: string): ReadonlyMap<string, readonly Example[]> {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .sort();
  return new Map(
    files.map(
      (name) => [name.replace('.jsonl', ''), readCorpus(name, readFileSync(join(folder, name), 'utf8'))] as const,
    ),
  );
}

function readCorpus(name: string, content: string): Example[] {
  // Of a set without labels, rows that may hold a value are left out, and the others hold none.
  const types = LABELLED_TYPES.find(([start]) => name.startsWith(start))?.[1] ?? EVERY_TYPE;
  return content
    .trimEnd()
    .split('\n')
    .flatMap((line) => {
      // The format is that of the data's own description; a row that breaks it stops the training.
      const row = JSON.parse(line) as Row;
      if (row.spans === undefined)
        return mayHoldValues(row.text) ? [] : [{ text: row.text, spans: [], unknown: [], types }];
      const spans: { start: number; end: number; type: TagType }[] = [];
      const unknown: { start: number; end: number }[] = [];
      for (const { start, end, label } of row.spans) {
        const type = TYPES[label];
        // A year alone is no PHI, whatever a set says of it.
        if (type === undefined || (type === 'DATE' && /^(?:19|20)\d\d$/.test(row.text.slice(start, end))))
          unknown.push({ start, end });
        else spans.push({ start, end, type });
      }
      return [{ text: row.text, spans, unknown, types }];
    });
}

const MONTH = /\b(?:january|february|march|april|june|july|august|september|october|november|december)\b/i;

/** Whether an unlabelled turn looks as if it might hold a name, a place or a date. */
function mayHoldValues(text: string): boolean {
  return (
    MONTH.test(text) ||
    /\b(?:doctor|dr|mister|mr|mrs|miss|ms|misses)\b\.? [A-Z]/.test(text) ||
    /[a-z,] (?!I\b|I'|[A-Z] [A-Z]\b|[A-Z]{2,}|[A-Z]\b)[A-Z][a-z]/.test(text) ||
    /\b(?:my name|this is [A-Z])/.test(text) ||
    /,\s*[A-Z][a-z]+[.?!]$/.test(text)
  );
}
