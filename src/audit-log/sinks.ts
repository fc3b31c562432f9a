/**
 * Places outside the database where each checkpoint is published as a whole signed note. A writer of the database cannot
 * remove it there. A published note is never overwritten.
 */
import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from '../platform/error-code.ts';
import type { AccountId } from '../platform/ids.ts';
import type { Secret } from '../platform/secret.ts';

export type SinkName = 'file' | 'http';

/** A checkpoint as it goes out. */
export interface Publication {
  readonly accountId: AccountId;
  readonly size: number;
  /** The whole signed note. */
  readonly note: string;
}

export interface CheckpointSink {
  readonly name: SinkName;
  /**
   * Resolves once the note is there, or was there before. Rejects with SinkConflict where another note is in its place.
   * May reject once the signal is aborted.
   */
  publish(publication: Publication, signal: AbortSignal): Promise<void>;
}

/** Another note was published for this size: one of the two logs is a fork. */
export class SinkConflict extends Error {
  override readonly name = 'SinkConflict';
}

/** How long an HTTP sink may take for one checkpoint, in milliseconds. */
const HTTP_TIMEOUT_MS = 10_000;

/** Writes `<folder>/<account id>/<size>`. */
export function fileSink(folder: string): CheckpointSink {
  return {
    name: 'file',
    publish: async ({ accountId, size, note }) => {
      const place = path.join(folder, accountId);
      const target = path.join(place, String(size));
      await mkdir(place, { recursive: true });
      const draft = path.join(place, `.draft-${randomBytes(8).toString('hex')}`);
      try {
        await writeSynced(draft, note);
        // The name appears at once with the whole note behind it, or not at all.
        await link(draft, target);
      } catch (error) {
        if (errorCode(error) !== 'EEXIST') throw error;
        if ((await readFile(target, 'utf8')) !== note)
          throw new SinkConflict('another checkpoint of this size was published', { cause: error });
      } finally {
        await rm(draft, { force: true });
      }
    },
  };
}

async function writeSynced(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx', 0o644);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Puts `<url>/<account id>/<size>` with `If-None-Match: *`, so that the server overwrites nothing. A note that is there
 * already is read and compared.
 */
export function httpSink(url: string, token: Secret<string> | null): CheckpointSink {
  const authorization = token === null ? {} : { Authorization: `Bearer ${token.reveal()}` };
  return {
    name: 'http',
    publish: async ({ accountId, size, note }, signal) => {
      const place = `${url}/${accountId}/${size}`;
      const bounds = {
        redirect: 'error',
        signal: AbortSignal.any([signal, AbortSignal.timeout(HTTP_TIMEOUT_MS)]),
      } as const;
      const put = await fetch(place, {
        ...bounds,
        method: 'PUT',
        body: note,
        headers: { ...authorization, 'Content-Type': 'text/plain; charset=utf-8', 'If-None-Match': '*' },
      });
      await put.body?.cancel();
      if (put.ok) return;
      if (put.status !== 412) throw new Error(`The sink answered PUT with ${put.status}.`);
      const got = await fetch(place, { ...bounds, headers: authorization });
      if (got.status !== 200) {
        await got.body?.cancel();
        throw new Error(`The sink has a checkpoint of this size, and answered GET with ${got.status}.`);
      }
      if (!(await isText(got, note))) throw new SinkConflict('another checkpoint of this size was published');
    },
  };
}

/** Returns true if the body equals the text. Reads no more of a longer body than shows that it is another one. */
async function isText({ body }: Response, text: string): Promise<boolean> {
  const expected = Buffer.from(text, 'utf8');
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop cancels the body.
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > expected.length) return false;
  }
  return expected.equals(Buffer.concat(chunks, size));
}
