/** The package that `npm pack` makes: what is in it, and that its command runs from any folder. */
import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createEmptyDatabase, temporaryFolder } from '../database.ts';
import { KEYS } from '../instance.ts';
import { wavFile } from '../wav-files.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

let folder: string;
let empty: string;
let files: string[];

beforeAll(async () => {
  folder = await temporaryFolder();
  empty = path.join(folder, 'empty');
  await mkdir(empty);
  // Ignored by git, and what npm must leave out as well.
  const planted = path.join(ROOT, 'deploy', `planted-${process.pid}.env`);
  await writeFile(planted, 'MASKER_SIGNING_KEY=secret\n');
  // Scripts are left out: the build of this run is what is packed.
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: ROOT }).finally(() =>
    rm(planted),
  );
  const archive = (await readdir(folder)).find((name) => name.endsWith('.tgz')) ?? '';
  await run('tar', ['-xzf', archive], { cwd: folder });
  files = await readdir(path.join(folder, 'package'), { recursive: true });
  await symlink(path.join(ROOT, 'node_modules'), path.join(folder, 'package/node_modules'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const masker = (args: readonly string[], env: Record<string, string> = {}): Promise<{ stdout: string }> =>
  run(process.execPath, [path.join(folder, 'package/bin/masker.js'), ...args], {
    cwd: empty,
    env: { PATH: process.env['PATH'], ...env },
  });

test('the package holds the built program and what it reads, and neither tests nor sources', () => {
  for (const file of ['dist/cli/main.js', 'configs/mask_policy.yaml', 'models/tagger.bin', 'README.md', 'LICENSE'])
    expect(files).toContain(file);
  expect(files.filter((file) => /^(?:src|test|training|node_modules|data)(?:\/|$)|\.ts$/.test(file))).toEqual([]);
});

test('the package holds the files that operators are told of, and no secret of this checkout', async () => {
  const tracked = (
    await run('git', ['ls-files', 'deploy', 'docs', 'schema', 'configs', 'prisma/migrations'], { cwd: ROOT })
  ).stdout;
  const wanted = tracked.trim().split('\n');
  expect(wanted).toContain('deploy/compose.yaml');
  expect(wanted.filter((file) => !files.includes(file))).toEqual([]);
  const folders = /^(?:deploy|docs|schema|configs|prisma)\//;
  expect(files.filter((file) => folders.test(file) && /\.\w+$/.test(file) && !wanted.includes(file))).toEqual([]);
});

test('the packed command makes keys, shows help and finds nothing wrong with its own policy from an empty folder', async () => {
  const keys = JSON.parse((await masker(['keys', 'generate', '--json'])).stdout) as object;
  expect(Object.keys(keys)).toHaveLength(4);
  expect((await masker(['--help'])).stdout).toContain('login-link');
  const policy = path.join(folder, 'package/configs/mask_policy.yaml');
  expect((await masker(['policy', 'validate', policy])).stdout).toMatch(/is valid\.\n$/);
});

test('the packed command shows its configuration from an empty folder', async () => {
  const { stdout } = await masker(['config'], { ...KEYS });
  const policy = (JSON.parse(stdout) as Record<string, string>)['MASKER_POLICY_PATH'];
  expect(policy).toBe(path.join(folder, 'package/configs/mask_policy.yaml'));
});

test('the packed command migrates a database from an empty folder', async () => {
  const database = await createEmptyDatabase();
  const { stdout } = await masker(['migrate'], { ...KEYS, MASKER_DATABASE_URL: database.url });
  await database.drop();
  expect(stdout).toMatch(/^applied \d{14}_init, /);
});

test('the packed masker-voice masks and covers a recording from an empty folder', async () => {
  const voice = (args: readonly string[]): Promise<{ stdout: string }> =>
    run(process.execPath, [path.join(folder, 'package/bin/masker-voice.js'), ...args], {
      cwd: empty,
      env: {
        PATH: process.env['PATH'],
        MASKER_ASR_LOCAL_COMMAND: `${process.execPath} ${path.join(folder, 'asr.mjs')}`,
      },
    });
  const words = 'my number is four one five eight six seven five three oh nine'.split(' ');
  const timed = words.map((word, at) => ({ word, start: at / 4, end: at / 4 + 0.2 }));
  await writeFile(
    path.join(folder, 'asr.mjs'),
    `process.stdout.write(${JSON.stringify(JSON.stringify({ words: timed }))});`,
  );
  const call = path.join(folder, 'call.wav');
  await writeFile(call, wavFile({ rate: 8000, data: Buffer.alloc(2 * 8000 * 4, 1) }));
  const { turns } = JSON.parse((await voice(['replay', '--input', call])).stdout) as { turns: { text: string }[] };
  expect(turns.map(({ text }) => text)).toEqual([expect.stringMatching(/^my number is MSKV1\.PHONE\.\S+$/)]);
  const covered = path.join(folder, 'covered.wav');
  const ran = await voice(['redact', '--input', call, '--output', covered, '--json']);
  expect(JSON.parse(ran.stdout)).toMatchObject({ covered: 1, seconds: 4 });
  expect((await readFile(covered)).length).toBe((await readFile(call)).length);
});

test('the packed command finds identifiers with both taggers from an empty folder', async () => {
  const child = run(process.execPath, [path.join(folder, 'package/bin/masker.js'), 'detect', '--json'], {
    cwd: empty,
    env: { PATH: process.env['PATH'] },
  });
  child.child.stdin?.end('put Hope Whitfield down for the appointment');
  const { spans } = JSON.parse((await child).stdout) as { spans: { text: string }[] };
  expect(spans.map(({ text }) => text)).toContain('Hope Whitfield');
});
