import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig, type Config, type Environment } from '../../../src/platform/config.ts';
import { loadKeys, type KeysResult } from '../../../src/platform/key-files.ts';

const NAMES = ['MASKER_AUDIT_HMAC_KEY', 'MASKER_KEY_K_HEALTHCARE', 'MASKER_SESSION_SECRET', 'MASKER_SIGNING_KEY'];
const KEY = Buffer.from('0123456789abcdef0123456789ABCDEF').toString('base64');

let root: string;
let dataDir: string;
let folder: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'masker-keys-'));
  dataDir = path.join(root, 'data');
  folder = path.join(dataDir, 'keys');
});

afterEach(async () => {
  await rm(root, { recursive: true });
});

function config(env: Environment = {}): Config {
  const result = loadConfig({ MASKER_DATA_DIR: dataDir, ...env }, { keysRequired: false });
  if (!result.ok) throw new Error('the test’s environment is faulty');
  return result.config;
}

async function load(env?: Environment): Promise<Extract<KeysResult, { ok: true }>> {
  const result = await loadKeys(config(env));
  if (!result.ok) throw new Error(`unexpected problems: ${JSON.stringify(result.problems)}`);
  return result;
}

async function faulty(env?: Environment): Promise<string[]> {
  const result = await loadKeys(config(env));
  return result.ok ? [] : result.problems.map((problem) => problem.variable);
}

/** Every key as text, to compare two loads. */
function revealed({ keys }: Extract<KeysResult, { ok: true }>): Record<string, string> {
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
  return {
    ...Object.fromEntries(keys.ring.map((key) => [`${key.kid} ${key.role}`, text(key.secret.reveal())])),
    audit: text(keys.auditHmac.reveal()),
    signing: text(keys.signing.reveal()),
    session: keys.session.reveal(),
  };
}

const mode = async (file: string): Promise<number> => (await stat(file)).mode & 0o777;

describe('the first development start', () => {
  test('makes every key, says which, and lets nobody else read them', async () => {
    const first = await load();
    expect([...first.made].sort()).toEqual(NAMES);
    expect(first.folder).toBe(folder);
    expect(await mode(folder)).toBe(0o700);
    for (const name of NAMES) expect(await mode(path.join(folder, name)), name).toBe(0o600);
    expect(new Set(Object.values(revealed(first))).size).toBe(4);
    expect(first.keys.ring.map(({ kid, role }) => [kid, role])).toEqual([['K_HEALTHCARE', 'active']]);
    expect(first.keys.ring[0]?.secret.reveal()).toHaveLength(32);
    expect(first.keys.auditHmac.reveal()).toHaveLength(32);
    expect(first.keys.signing.reveal()).toHaveLength(32);
  });

  test('whatever the umask', async () => {
    const before = process.umask(0);
    try {
      await load();
    } finally {
      process.umask(before);
    }
    expect(await mode(folder)).toBe(0o700);
    for (const name of await readdir(folder)) expect(await mode(path.join(folder, name)), name).toBe(0o600);
  });

  test('the files hold what the variables would', async () => {
    const first = await load();
    const env: Record<string, string> = {};
    for (const name of NAMES) env[name] = (await readFile(path.join(folder, name), 'utf8')).trim();
    const result = await loadKeys(
      config({ ...env, NODE_ENV: 'production', MASKER_DATA_DIR: path.join(root, 'other') }),
    );
    if (!result.ok) throw new Error('the files are no values of the variables');
    expect(revealed(result)).toEqual(revealed(first));
  });

  test('of two at the same moment, both use the same keys', async () => {
    const starts = await Promise.all(Array.from({ length: 8 }, () => load()));
    expect(new Set(starts.map((start) => JSON.stringify(revealed(start)))).size).toBe(1);
    expect((await readdir(folder)).sort()).toEqual(['MADE', ...NAMES]);
  });

  test('two installations have different keys', async () => {
    const one = revealed(await load());
    dataDir = path.join(root, 'second');
    const two = revealed(await load());
    expect(Object.values(one).filter((key) => Object.values(two).includes(key))).toEqual([]);
  });

  test('shows no key', async () => {
    const first = await load();
    const shown = inspect(first, { depth: 9, showHidden: true }) + JSON.stringify(first);
    for (const key of Object.values(revealed(first))) expect(shown).not.toContain(key);
  });
});

describe('later starts', () => {
  test('use the same keys and make none', async () => {
    const first = await load();
    const second = await load();
    expect(second.made).toEqual([]);
    expect(revealed(second)).toEqual(revealed(first));
  });

  test('prefer what is configured, and keep the files for the rest', async () => {
    const first = revealed(await load());
    const second = revealed(await load({ MASKER_SIGNING_KEY: KEY, MASKER_KEY_K_OTHER: KEY.replace('M', 'N') }));
    expect(second).toEqual({ ...first, signing: KEY, 'K_OTHER active': KEY.replace('M', 'N') });
  });

  test('find keys that were put beside by hand', async () => {
    await load();
    await writeFile(path.join(folder, 'MASKER_KEY_K_HEALTHCARE_OLD'), `${KEY}\n`, { mode: 0o600 });
    expect(revealed(await load())['K_HEALTHCARE old']).toBe(KEY);
  });

  test('finish what a killed start began', async () => {
    const first = await load();
    // as if the power had gone after two keys, in the middle of the third
    await unlink(path.join(folder, 'MADE'));
    await unlink(path.join(folder, 'MASKER_SIGNING_KEY'));
    await unlink(path.join(folder, 'MASKER_SESSION_SECRET'));
    await writeFile(path.join(folder, '.draft-4194305-MASKER_SIGNING_KEY-00'), KEY.slice(0, 10), { mode: 0o600 });
    const second = await load();
    expect([...second.made].sort()).toEqual(['MASKER_SESSION_SECRET', 'MASKER_SIGNING_KEY']);
    expect(revealed(second)).toMatchObject({
      'K_HEALTHCARE active': revealed(first)['K_HEALTHCARE active'],
      audit: revealed(first)['audit'],
    });
    expect((await readdir(folder)).sort()).toEqual(['MADE', ...NAMES]);
  });

  test('leave alone what a living process is making', async () => {
    await load();
    await writeFile(path.join(folder, `.draft-${process.pid}-MASKER_KEY_K_NEW-00`), '', { mode: 0o600 });
    await load();
    expect(await readdir(folder)).toContain(`.draft-${process.pid}-MASKER_KEY_K_NEW-00`);
  });
});

describe('nothing is replaced in silence', () => {
  test.each(NAMES)('%s, once made and now gone, is a problem', async (name) => {
    await load();
    await unlink(path.join(folder, name));
    expect(await faulty()).toEqual([name]);
    expect(await readdir(folder)).not.toContain(name);
  });

  test('unless the variable is set', async () => {
    await load();
    await unlink(path.join(folder, 'MASKER_SIGNING_KEY'));
    expect(revealed(await load({ MASKER_SIGNING_KEY: KEY }))['signing']).toBe(KEY);
  });

  test.each([0, 20])('a file cut to %i bytes is a problem, and stays as it is', async (length) => {
    await load();
    const file = path.join(folder, 'MASKER_AUDIT_HMAC_KEY');
    await truncate(file, length);
    const before = await readFile(file, 'utf8');
    const result = await loadKeys(config());
    expect(result).toMatchObject({
      ok: false,
      problems: [{ variable: 'MASKER_AUDIT_HMAC_KEY', message: expect.stringContaining(file) as unknown }],
    });
    if (length > 0) expect(inspect(result)).not.toContain(before);
    expect(await readFile(file, 'utf8')).toBe(before);
  });

  test.each([0o640, 0o604, 0o666])('a file of mode %i is a problem', async (bits) => {
    await load();
    await chmod(path.join(folder, 'MASKER_SIGNING_KEY'), bits);
    expect(await faulty()).toEqual(['MASKER_SIGNING_KEY']);
  });

  test('a folder that others may enter is a problem', async () => {
    await mkdir(folder, { recursive: true, mode: 0o755 });
    expect(await faulty()).toEqual(['MASKER_DATA_DIR']);
    expect(await readdir(folder)).toEqual([]);
  });

  test('all of it at once', async () => {
    await load();
    await chmod(path.join(folder, 'MASKER_SIGNING_KEY'), 0o644);
    await truncate(path.join(folder, 'MASKER_KEY_K_HEALTHCARE'), 3);
    await unlink(path.join(folder, 'MASKER_SESSION_SECRET'));
    expect((await faulty()).sort()).toEqual(['MASKER_KEY_K_HEALTHCARE', 'MASKER_SESSION_SECRET', 'MASKER_SIGNING_KEY']);
  });
});

describe('production', () => {
  test('makes nothing, and names every key that is missing', async () => {
    expect((await faulty({ NODE_ENV: 'production' })).sort()).toEqual(NAMES);
    expect(await readdir(root)).toEqual([]);
  });

  test('does not look at files of an earlier development start', async () => {
    await load();
    expect((await faulty({ NODE_ENV: 'production' })).sort()).toEqual(NAMES);
  });
});
