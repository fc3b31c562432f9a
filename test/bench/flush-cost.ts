/** What the disk asks for making a commit durable, without any of our code. */
import { open, rm } from 'node:fs/promises';
import path from 'node:path';
import { percentile } from './statistics.ts';

/** Milliseconds. */
export interface FlushCost {
  readonly p50: number;
  readonly p99: number;
}

const PAGE = Buffer.alloc(4096, 0x6d);

/** Appends a page to a file in `folder` and waits for the disk, `times` over, one after the other; removes the file. */
export async function measureFlush(folder: string, times = 300): Promise<FlushCost> {
  const name = path.join(folder, 'flush-probe');
  const file = await open(name, 'w');
  const samples: number[] = [];
  try {
    for (let i = 0; i < times; i++) {
      const start = performance.now();
      await file.write(PAGE);
      await file.datasync();
      samples.push(performance.now() - start);
    }
  } finally {
    await file.close();
    await rm(name);
  }
  return { p50: percentile(samples, 0.5), p99: percentile(samples, 0.99) };
}
