/** The nodes under load and their database, and how callers reach them. One node has its embedded database, several share one. */
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
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
}

interface Running {
  readonly server: SoakServer;
  readonly callers: Callers;
}

/** Calls that are left to themselves are sealed after so long. */
const IDLE_SECONDS = 5;

export class Nodes {
  readonly #options: NodesOptions;
  readonly #random: () => number;
  readonly #running: Running[] = [];
  /** The database that several nodes share. */
  #database: EmbeddedPostgres | null = null;
  /** How many times a node was killed. */
  kills = 0;

  private constructor(options: NodesOptions) {
    this.#options = options;
    this.#random = seeded(options.seed);
  }

  static async start(options: NodesOptions): Promise<Nodes> {
    const nodes = new Nodes(options);
    if (options.count > 1) nodes.#database = await startEmbeddedPostgres(options.dataDir);
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
    this.#database = await startEmbeddedPostgres(this.#options.dataDir);
  }

  /** Drains all nodes. Resolves with their exit codes once the database is gone, too. */
  async stop(): Promise<readonly (number | null)[]> {
    await Promise.all(this.#running.map(({ callers }) => callers.close()));
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
