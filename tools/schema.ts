/**
 * Writes the committed contracts, schema/schema.graphql and schema/openapi.json, from the code, and the typed operations of
 * the portal and of the examples.
 * Prints what has changed for clients since the last release.
 *
 *   --check     writes nothing; ends with 1 where a committed file differs, and for a breaking change that is not accepted
 *   --release   makes the contracts those of a release
 */
import { readFile, writeFile } from 'node:fs/promises';
import { acceptedChanges, changesSinceRelease, problemsOf, release } from './contract-changes/released.ts';
import { lineOf } from './contract-changes/change.ts';
import { contracts } from './contracts.ts';
import { exampleOperations } from './example-operations.ts';
import { operations } from './operations.ts';

const check = process.argv.includes('--check');
let differing = 0;
for (const { file, text } of [...contracts(), ...(await operations()), ...(await exampleOperations())]) {
  const committed = await readFile(file, 'utf8').catch(() => null);
  if (committed === text) continue;
  differing += 1;
  if (check) console.error(`${file.pathname} differs from the code: run npm run schema, and look at what changed`);
  else await writeFile(file, text);
}
if (!check) console.log(differing === 0 ? 'The contracts are up to date.' : `${differing} contracts written.`);

const [graphql, openApi] = contracts().map(({ text }) => text);
if (graphql === undefined || openApi === undefined) throw new Error('there are two contracts');
if (process.argv.includes('--release')) await release({ graphql, openApi });
const changes = await changesSinceRelease({ graphql, openApi });
for (const change of changes) console.log(lineOf(change));
const problems = problemsOf(changes, await acceptedChanges());
for (const problem of problems) console.error(problem);
process.exitCode = check && (differing > 0 || problems.length > 0) ? 1 : 0;
