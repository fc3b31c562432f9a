/** Runs given cases against this source and prints what does not hold: `npx tsx test/cases/run.ts [--kind K1] [--file F]`. */
import { rm } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres.ts';
import { applyMigrations } from '../../src/platform/migrations.ts';
import { temporaryFolder } from '../database.ts';
import { startTestInstance } from '../instance.ts';
import { startUpstream } from '../upstream.ts';
import { readCases } from './case.ts';
import { driveCase } from './drive.ts';
import { GIVEN } from './given.ts';

const { values } = parseArgs({
  options: {
    kind: { type: 'string', multiple: true },
    file: { type: 'string', multiple: true },
    quiet: { type: 'boolean', default: false },
  },
});
const cases = (values.file ?? GIVEN).flatMap((file) => readCases(file));
const wanted = cases.filter(({ kind }) => values.kind === undefined || values.kind.includes(kind));

const folder = await temporaryFolder();
const server = await startEmbeddedPostgres(folder);
await applyMigrations(server.url());
const upstream = await startUpstream();
const masker = await startTestInstance(server.url(), { MASKER_OPENAI_BASE_URL: upstream.url });
const agent = await masker.createAgent();

const held = new Map<string, [number, number]>();
for (const given of wanted) {
  const faults = await driveCase({ masker, agent, upstream }, given);
  const [good, all] = held.get(given.kind) ?? [0, 0];
  if (given.info !== true) held.set(given.kind, [good + (faults.length === 0 ? 1 : 0), all + 1]);
  if (faults.length > 0 && !values.quiet) {
    console.log(`${given.id}${given.info === true ? ' (info)' : ''}\n  ${faults.join('\n  ')}`);
  }
}
console.log([...held].map(([kind, [good, all]]) => `${kind} ${good}/${all}`).join('  '));
const sums = [...held.values()].reduce(([a, b], [good, all]) => [a + good, b + all], [0, 0]);
console.log(`${sums[0]} of ${sums[1]} hold`);

await masker.close();
await upstream.close();
await server.stop();
await rm(folder, { recursive: true, force: true });
process.exit(sums[0] === sums[1] ? 0 : 1);
