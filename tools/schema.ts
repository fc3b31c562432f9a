/**
 * Writes the committed contracts, schema/schema.graphql and schema/openapi.json, from the code, and the typed operations of
 * the portal and of the examples.
 * `--check` writes nothing and ends with 1 where a committed file differs.
 */
import { readFile, writeFile } from 'node:fs/promises';
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
process.exitCode = check && differing > 0 ? 1 : 0;
