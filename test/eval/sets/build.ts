/** `npx tsx test/eval/sets/build.ts`: writes calls.jsonl from its source; the tests check that it was run. */
import { readFileSync, writeFileSync } from 'node:fs';
import { jsonLines, parseCalls } from './sources.ts';

const here = (name: string): URL => new URL(name, import.meta.url);

writeFileSync(here('calls.jsonl'), jsonLines(parseCalls(readFileSync(here('calls.txt'), 'utf8'))));
