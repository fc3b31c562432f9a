/** A small disk for the database: it can be filled, and emptied again. Needs Linux and root. */
import { execFile } from 'node:child_process';
import { appendFile, chmod, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** More than the write-ahead log of a run of some minutes, with its database. */
const SIZE = '3g';
const PIECE = Buffer.alloc(16 * 1024 * 1024, 0x6d);

export interface SmallDisk {
  readonly folder: string;
  /** Fills what is free. Resolves with what frees it. */
  fill(): Promise<() => Promise<void>>;
  unmount(): Promise<void>;
}

/** Whether this process may mount one. */
export function canMountDisk(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0;
}

/** Mounts one in a folder that exists. */
export async function mountDisk(parent: string): Promise<SmallDisk> {
  const folder = path.join(parent, 'disk');
  await mkdir(folder);
  await run('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', folder]);
  // PostgreSQL runs as another user, who must get through.
  await chmod(folder, 0o711);
  const filler = path.join(folder, 'filler');
  return {
    folder,
    fill: async () => {
      for (let size = PIECE.length; size > 0;) {
        try {
          await appendFile(filler, PIECE.subarray(0, size));
        } catch (error) {
          if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
          size = Math.floor(size / 16);
        }
      }
      return () => rm(filler, { force: true });
    },
    unmount: async () => {
      await run('umount', [folder]);
    },
  };
}
