/** `npx tsx test/eval/sets/build.ts`: writes the sets' jsonl files from their sources; the tests check that it was run. */
import { readFileSync, writeFileSync } from 'node:fs';
import { GENERATED_B, generate } from './generator.ts';
import { jsonLines, parseCalls, parseNotes } from './sources.ts';

const here = (name: string): URL => new URL(name, import.meta.url);

writeFileSync(here('calls.jsonl'), jsonLines(parseCalls(readFileSync(here('calls.txt'), 'utf8'))));
writeFileSync(here('corners.jsonl'), jsonLines(parseCalls(readFileSync(here('corners.txt'), 'utf8'))));
writeFileSync(here('notes.jsonl'), jsonLines(parseNotes(readFileSync(here('notes.txt'), 'utf8'))));
writeFileSync(here('generated-b.jsonl'), jsonLines(generate(GENERATED_B)));
