/** The nodes under load and their database, and how callers reach them. One node has its embedded database, several share one. */
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres.ts';
import type { EmbeddedPostgres } from '../../src/platform/embedded-postgres.ts';
import { seeded } from '../seeded.ts';
import { Callers } from './caller.ts';
import type { Ledger } from './ledger.ts';
import { startSoakServer } from './server.ts';
import type { SoakServer } from './server.ts';

export interface NodesOptions {
  readonly dataDir: string;
  readonly upstream: string;
  readonly ledger: Ledger;
  /** Requests a second to each node. */
  readonly rate: number;
  readonly count: number;
  readonly seed: number;
  /** Several share a database also where there is one alone. */
  readonly isShared?: boolean;
}

interface Running {
  readonly server: SoakServer;
  readonly callers: Callers;
}

/** A database that does not start is tried again after so long. */
const AGAIN_MS = 200;
/** Calls that are left to themselves are sealed after so long. */
const IDLE_SECONDS = 5;

export class Nodes {
  readonly #options: NodesOptions;
  readonly #random: () => number;
  readonly #running: Running[] = [];
  /** The database that several nodes share. */
  #database: EmbeddedPostgres | null = null;
  #isStopping = false;
  /** How many times a node was killed. */
  kills = 0;

  private constructor(options: NodesOptions) {
    this.#options = options;
    this.#random = seeded(options.seed);
  }

  static async start(options: NodesOptions): Promise<Nodes> {
    const nodes = new Nodes(options);
    if (options.count > 1 || options.isShared === true) {
      nodes.#database = await startEmbeddedPostgres(options.dataDir);
      void nodes.#supervise(nodes.#database);
    }
    for (let at = 0; at < options.count; at += 1) nodes.#running.push(await nodes.#start(at));
    return nodes;
  }

  /** Any of the nodes, be it killed. */
  get any(): Running {
    const running = this.#running[Math.floor(this.#random() * this.#running.length)];
    if (running === undefined) throw new Error('no node was started');
    return running;
  }

  /** Kills a node. Of several, resolves with what starts it again; a single one was started by then. */
  async killNode(): Promise<() => Promise<void>> {
    this.kills += 1;
    const at = Math.floor(this.#random() * this.#running.length);
    const killed = this.#running[at];
    await killed?.server.kill();
    const startAgain = async (): Promise<void> => {
      this.#running[at] = await this.#start(at);
      await killed?.callers.close();
    };
    if (this.#database !== null) return startAgain;
    await startAgain();
    return () => Promise.resolve();
  }

  /** Kills the database. A single node starts its own again; that of several is started here, as a supervisor does. */
  async killDatabase(): Promise<void> {
    if (this.#database === null) {
      const lock = await readFile(path.join(this.#options.dataDir, 'postgres/data/postmaster.pid'), 'utf8');
      process.kill(Number(lock.split('\n')[0]), 'SIGKILL');
      return;
    }
    process.kill(this.#database.pid, 'SIGKILL');
    await this.#database.gone;
  }

  /** Processes of the nodes and of the shared database. */
  get pids(): { readonly nodes: readonly number[]; readonly database: number | null } {
    return { nodes: this.#running.map(({ server }) => server.pid), database: this.#database?.pid ?? null };
  }

  /** Steps the wall clock of any node. Resolves with what sets it right. */
  stepClock(offsetMs: number): () => void {
    const { server } = this.any;
    server.stepClock(offsetMs);
    return () => {
      server.stepClock(0);
    };
  }

  /** Has each commit on the shared database take so many milliseconds more, 100 at most; 0 for none. */
  async slowCommits(ms: number): Promise<void> {
    const client = new pg.Client({ connectionString: this.#database?.url() });
    await client.connect();
    try {
      await client.query(`ALTER SYSTEM SET commit_delay = ${ms * 1000}`);
      await client.query('ALTER SYSTEM SET commit_siblings = 0');
      await client.query('SELECT pg_reload_conf()');
    } finally {
      await client.end();
    }
  }

  /** Starts the shared database again whenever it ends, as a supervisor does. */
  async #supervise(first: EmbeddedPostgres): Promise<void> {
    for (let database = first; ;) {
      await database.gone;
      for (let next: EmbeddedPostgres | null = null; next === null;) {
        if (this.#isStopping) return;
        // On a full disk it does not start.
        next = await startEmbeddedPostgres(this.#options.dataDir).catch(() => null);
        if (next === null) await pause(AGAIN_MS);
        else this.#database = database = next;
      }
    }
  }

  /** Drains all nodes. Resolves with their exit codes once the database is gone, too. */
  async stop(): Promise<readonly (number | null)[]> {
    await Promise.all(this.#running.map(({ callers }) => callers.close()));
    this.#isStopping = true;
    const codes = await Promise.all(this.#running.map(({ server }) => server.stop()));
    await this.#database?.stop();
    return codes;
  }

  async #start(at: number): Promise<Running> {
    const { dataDir, upstream, ledger, rate } = this.#options;
    const own = this.#database === null ? dataDir : path.join(dataDir, `node-${at}`);
    await mkdir(own, { recursive: true });
    const server = await startSoakServer(own, upstream, IDLE_SECONDS, this.#database?.url() ?? null);
    return { server, callers: new Callers(server.url, ledger, rate) };
  }
}
