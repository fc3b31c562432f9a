// `prisma generate` without Prisma's native schema engine: only `migrate` needs it, and its download is not to be had
// on a closed network. Any existing executable satisfies the look-up; `false` makes an accidental use fail loudly.
// Skipped when the generated client is newer than the schema, so that a warm `npm start` does not pay for it.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';

const inputs = ['prisma/schema.prisma', 'package-lock.json'];
const output = 'src/generated/pothos-types.ts';
const fresh = existsSync(output) && inputs.every((file) => statSync(file).mtimeMs < statSync(output).mtimeMs);
if (!fresh) {
  const nothing = ['/bin/false', '/usr/bin/false'].find((file) => existsSync(file));
  const env = nothing === undefined ? process.env : { PRISMA_SCHEMA_ENGINE_BINARY: nothing, ...process.env };
  const { status } = spawnSync('npx', ['--no-install', 'prisma', 'generate'], {
    stdio: 'inherit',
    env: { ...env, PRISMA_HIDE_UPDATE_MESSAGE: '1', CHECKPOINT_DISABLE: '1' },
  });
  process.exit(status ?? 1);
}
