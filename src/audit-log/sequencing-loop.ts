/** Runs a sequencer on a node: again at once while more waits, else a moment later. */

/** How long the queue may wait for a look, in milliseconds: a fifth of the second within which a seal is provable. */
const LOOK_MS = 200;
/** The same after an error, such as a database that is away. */
const RETRY_MS = 1000;

export interface SequencingLoop {
  /** Resolves when the run under way is done; no other one begins. */
  stop(): Promise<void>;
}

/** What is run: the sequencer of account logs, or that of event feeds. */
interface Sequencing {
  /** Resolves with whether more waits than a run takes. */
  run(): Promise<{ readonly more: boolean }>;
}

/** Starts looking. `onError` hears of each run that failed. */
export function startSequencing(sequencer: Sequencing, onError: (error: unknown) => void): SequencingLoop {
  let stopped = false;
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> = Promise.resolve();
  const look = (): void => {
    timer = null;
    running = sequencer
      .run()
      .then(
        ({ more }) => (more ? 0 : LOOK_MS),
        (error: unknown) => {
          onError(error);
          return RETRY_MS;
        },
      )
      .then((wait) => {
        if (!stopped) timer = setTimeout(look, wait);
      });
  };
  look();
  return {
    stop: async () => {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      await running;
    },
  };
}
