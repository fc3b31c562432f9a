/** Progress of long work, on a terminal alone: a log of a batch job needs no bars. */
const WIDTH = 30;
/** How often the line is written at most, in milliseconds. */
const EVERY_MS = 100;

export interface Progress {
  /** Shows how much is done. `total` may grow. */
  show(done: number, total: number): void;
  /** Ends the line. */
  end(): void;
}

/** Returns the progress of `label` on the terminal of `stream`; one that shows nothing where there is no terminal. */
export function progressOf(
  label: string,
  { json, quiet }: { readonly json?: boolean; readonly quiet?: boolean },
  stream: NodeJS.WriteStream = process.stderr,
): Progress {
  if (!stream.isTTY || json === true || quiet === true) return { show: () => undefined, end: () => undefined };
  let last = 0;
  let isShown = false;
  return {
    show: (done, total) => {
      const now = Date.now();
      if (now - last < EVERY_MS && done < total) return;
      last = now;
      isShown = true;
      stream.write(`\r${progressLine(label, done, total)}`);
    },
    end: () => {
      if (isShown) stream.write('\n');
    },
  };
}

/** Returns the text of the line: a bar, and the numbers. */
export function progressLine(label: string, done: number, total: number): string {
  const part = total === 0 ? 1 : Math.min(1, done / total);
  const filled = Math.round(part * WIDTH);
  return `${label} [${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}] ${Math.floor(part * 100)} % ${done}/${total}`;
}

/** Progress of work whose end is not known: the number of rows. */
export function rowProgress(
  label: string,
  options: { readonly json?: boolean; readonly quiet?: boolean },
): { readonly onProgress: (rows: number) => void; readonly end: () => void } {
  const progress = progressOf(label, options);
  return {
    onProgress: (rows) => {
      progress.show(rows, rows);
    },
    end: () => {
      progress.end();
    },
  };
}
