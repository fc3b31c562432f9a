/** A figure that is costly to read: read at most once in some time, however often it is asked for. */
export interface SpacedReadingOptions {
  readonly read: () => Promise<number>;
  /** How long a figure counts, in milliseconds. */
  readonly everyMs: number;
  /** How long a reader waits for a new figure, in milliseconds; it arrives for a later one. */
  readonly patienceMs: number;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

/** Returns the figure; null where it could not be read or is not there in time. Reads one at a time. Never rejects. */
export function spacedReading({ read, everyMs, patienceMs, now }: SpacedReadingOptions): () => Promise<number | null> {
  let figure: number | null = null;
  let readAt: number | null = null;
  let reading: Promise<number | null> | null = null;
  const readNow = async (): Promise<number | null> => {
    try {
      figure = await read();
    } catch {
      figure = null;
    }
    readAt = now();
    reading = null;
    return figure;
  };
  return async () => {
    if (readAt !== null && now() - readAt < everyMs) return figure;
    reading ??= readNow();
    return inTime(reading, patienceMs);
  };
}

function inTime(reading: Promise<number | null>, patienceMs: number): Promise<number | null> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      resolve(null);
    }, patienceMs);
    void reading.then((figure) => {
      clearTimeout(timer);
      resolve(figure);
    });
  });
}
