/** Each file of masking that does something has a test of its name. Files of types and constants alone need none. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { expect, test } from 'vitest';

/** Files that the tests of their neighbours cover. Shrinks only: a file with a test of its name must leave it. */
const COVERED_BY_NEIGHBOURS = new Set<string>([
  'rehydration/written-form/email-forms.ts',
  'rehydration/written-form/name-forms.ts',
  'rehydration/written-form/phone-forms.ts',
  'rehydration/written-form/said.ts',
  'request/encoded-bytes.ts',
  'request/request-walk.ts',
  'request/schema-types.ts',
  'request/text-neighbours.ts',
  'request/text-slot.ts',
  'request/treatment.ts',
  'turn/cut-values.ts',
  'turn/distinct-surrogate.ts',
  'turn/json-texts.ts',
  'turn/long-texts/explanation-worker.ts',
  'turn/long-texts/explanations.ts',
  'turn/long-texts/search-worker.ts',
  'turn/long-texts/synthesis-worker.ts',
  'turn/long-texts/text-search.ts',
  'turn/masking-terms.ts',
  'turn/noted-text.ts',
  'turn/one-shot-masking.ts',
  'turn/one-shot-synthesis.ts',
  'turn/placed-text.ts',
  'turn/redaction-fact.ts',
  'turn/surrogate-book.ts',
  'turn/surrogate-sightings.ts',
  'turn/turn-issuing.ts',
]);

/** Whether the file has a function or a class. */
function doesSomething(path: string): boolean {
  const visit = (node: ts.Node): boolean =>
    ts.isFunctionLike(node) && !ts.isTypeNode(node) && !ts.isTypeElement(node)
      ? true
      : (ts.forEachChild(node, visit) ?? false);
  return visit(ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest));
}

test('each masking file with code has a test of its name', () => {
  const files = readdirSync('src/masking', { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.ts'),
  );
  const untested = files.filter(
    (path) =>
      !existsSync(`test/unit/masking/${path.replace(/\.ts$/, '.test.ts')}`) && doesSomething(`src/masking/${path}`),
  );
  expect(untested.sort()).toEqual([...COVERED_BY_NEIGHBOURS].sort());
});
