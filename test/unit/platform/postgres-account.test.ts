import { chmod, chown, mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { barredFolder, giveFolder, postgresAccount } from '../../../src/platform/postgres-account.ts';

const STRANGER = { uid: 61_234, gid: 61_234 };

let root: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'masker-account-'));
  await chmod(root, 0o755);
});

afterEach(async () => {
  await rm(root, { recursive: true });
});

describe('the folder that bars the way', () => {
  test('is nobody’s where all may pass', async () => {
    await mkdir(path.join(root, 'a/b'), { recursive: true });
    expect(await barredFolder(STRANGER, path.join(root, 'a/b/file'))).toBeNull();
  });

  test('is the outermost one', async () => {
    await mkdir(path.join(root, 'a/b/c'), { recursive: true });
    await chmod(path.join(root, 'a/b'), 0o750);
    await chmod(path.join(root, 'a'), 0o700);
    expect(await barredFolder(STRANGER, path.join(root, 'a/b/c/file'))).toBe(path.join(root, 'a'));
  });

  test('may be passed by its owner and group', async () => {
    const { uid, gid } = await stat(root);
    await mkdir(path.join(root, 'mine'));
    await chmod(path.join(root, 'mine'), 0o710);
    const target = path.join(root, 'mine/file');
    expect(await barredFolder({ uid, gid: 61_234 }, target)).toBeNull();
    expect(await barredFolder({ uid: 61_234, gid }, target)).toBeNull();
    expect(await barredFolder(STRANGER, target)).toBe(path.join(root, 'mine'));
  });

  test('needs to be passed, not read', async () => {
    await chmod(root, 0o711);
    expect(await barredFolder(STRANGER, path.join(root, 'x'))).toBeNull();
    await chmod(root, 0o744);
    expect(await barredFolder(STRANGER, path.join(root, 'x'))).toBe(root);
  });

  test('is not the target itself, nor what does not exist yet', async () => {
    await mkdir(path.join(root, 'target'));
    await chmod(path.join(root, 'target'), 0o700);
    expect(await barredFolder(STRANGER, path.join(root, 'target'))).toBeNull();
    expect(await barredFolder(STRANGER, path.join(root, 'later/still/later'))).toBeNull();
  });
});

describe('the account', () => {
  test('of an ordinary user is that user’s own', async () => {
    expect(await postgresAccount(root, 1000)).toBeNull();
  });

  test('in root’s place is one without privileges', async () => {
    const account = await postgresAccount(path.join(root, 'not-there'), 0);
    expect(account?.uid).toBeGreaterThan(0);
    expect(account?.gid).toBeGreaterThan(0);
  });

  test.runIf(process.getuid?.() === 0)('is whoever made the database, if it is there', async () => {
    await chown(root, STRANGER.uid, STRANGER.gid);
    expect(await postgresAccount(root)).toEqual(STRANGER);
  });

  // Root whose effective user is another has the number of root and none of its rights, as in a bare container.
  test.runIf(process.getuid?.() === 0)('is named with the remedy if root may give it nothing', async () => {
    process.seteuid?.(STRANGER.uid);
    try {
      const message = `root may not use user ${STRANGER.uid} here (EPERM from chown): start Masker as an ordinary user`;
      await expect(giveFolder(root, STRANGER)).rejects.toThrow(message);
    } finally {
      process.seteuid?.(0);
    }
  });
});
