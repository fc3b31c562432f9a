/** How long hostile requests hold the event loop of Masker: one line for each kind of body. */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { request } from 'undici';
import { HOSTILE_KINDS } from './hostile-bodies.ts';
import { makeDataFolder, startObservedMasker } from './targets.ts';

/** Bytes: small, what is searched in threads, and what is just within the limit of text (MASKER_MAX_TEXT_CHARS). */
const SIZES = [10_000, 100_000, 500_000, 1_900_000];
/** A body of megabytes may take minutes on a busy machine. */
const PATIENCE_MS = 300_000;

/** The longest time that the loop was held, in milliseconds; `cpuMs` without what other processes took, where that is known. */
interface Stall {
  readonly wallMs: number;
  readonly cpuMs: number | null;
}

/** The longest stall under one kind of body. */
export interface StallRow extends Stall {
  readonly kind: string;
  /** Bytes of the body that it was measured with. */
  readonly size: number;
}

/** Measures on a Masker of its own, whose upstream is the stub. */
export async function measureStalls(stub: URL, note: (text: string) => void): Promise<readonly StallRow[]> {
  const dataFolder = await makeDataFolder();
  const target = await startObservedMasker(stub, dataFolder);
  const send = async (body: string, call: string): Promise<void> => {
    const response = await request(target.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-call-id': call },
      body,
      headersTimeout: PATIENCE_MS,
      bodyTimeout: PATIENCE_MS,
    });
    await response.body.dump();
  };
  try {
    for (let n = 0; n < 20; n += 1) await send(HOSTILE_KINDS[n % 5]?.body(1000) ?? '', randomUUID());
    const rows: StallRow[] = [];
    for (const { name, body, before } of HOSTILE_KINDS) {
      note(`hostile bodies: ${name}`);
      const stalls: StallRow[] = [];
      for (const size of SIZES) {
        const call = randomUUID();
        if (before !== undefined) await send(before(size), call);
        await target.ask();
        await send(body(size), call);
        stalls.push({ kind: name, size, ...((await target.ask()) as Stall) });
      }
      rows.push(stalls.reduce((most, row) => ((row.cpuMs ?? row.wallMs) > (most.cpuMs ?? most.wallMs) ? row : most)));
    }
    return rows;
  } finally {
    await target.stop();
    await rm(dataFolder, { recursive: true, force: true });
  }
}

/** A line for each kind, the longest stall first. */
export function stallLines(rows: readonly StallRow[]): readonly (readonly string[])[] {
  const held = ({ cpuMs, wallMs }: Stall): number => cpuMs ?? wallMs;
  return [
    ['hostile body', 'longest hold of the event loop', 'with others', 'at'],
    ...[...rows]
      .sort((a, b) => held(b) - held(a))
      .map((row) => [row.kind, `${held(row).toFixed(1)} ms`, `${row.wallMs.toFixed(1)} ms`, `${row.size / 1000} kB`]),
  ];
}
