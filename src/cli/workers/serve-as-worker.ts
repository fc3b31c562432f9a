/** A worker process: the server, on the socket that all workers share. */
import type { Config, Environment } from '../../platform/config.ts';
import { HandOver } from '../../http/hand-over.ts';
import { loadBootstrapToken } from '../../platform/bootstrap-token.ts';
import type { ServerKeys } from '../../platform/key-files.ts';
import { createLogger } from '../../platform/log.ts';
import { untilStopped } from '../end-signals.ts';
import { startInstance } from '../instance.ts';
import type { WorkerPlace } from '../instance.ts';
import { greeting } from '../wiring/greeting.ts';
import { createTraces } from '../wiring/traces.ts';
import { CallOwners, carryRetellCall, createHandOn } from './call-owners.ts';
import type { Member } from './messages.ts';
import { SupervisorLink } from './supervisor-link.ts';

export interface WorkerServing {
  readonly config: Config;
  readonly keys: ServerKeys;
  readonly env: Environment;
  /** Ends what signals did before. */
  readonly takeSignals: () => void;
  /** How long a stop may take, in milliseconds. */
  readonly stopLimitMs: number;
}

/** Serves until the supervisor or a signal asks for the end. Throws StartError for what the operator must mend. */
export async function serveAsWorker({ config, keys, env, takeSignals, stopLimitMs }: WorkerServing): Promise<void> {
  const link = new SupervisorLink(config.workers);
  const { self, databaseUrl, port, greets } = await link.settings();
  const log = createLogger({ ...config.log, worker: self.number });
  const { token, file } = await loadBootstrapToken(config);
  const traces = await createTraces(env, log);
  const owners = new CallOwners(self);
  const instance = await startInstance(
    { ...config, listen: { ...config.listen, port } },
    keys,
    token,
    databaseUrl,
    log,
    traces?.observer ?? null,
    placeOf(self, owners, link),
  );
  const lines = greets ? await greeting(config, instance, { file }) : [];
  takeSignals();
  const stop = async (): Promise<void> => {
    link.stopping();
    await instance.close();
    await traces?.close();
  };
  const reload = (): void => {
    void instance.reloadPolicy();
  };
  process.on('SIGHUP', reload);
  let askForEnd: () => void = () => undefined;
  const stopped = untilStopped(stop, stopLimitMs, log, (ask) => {
    askForEnd = ask;
  });
  link.follow({
    members: (members) => {
      owners.update(members);
    },
    reload,
    stop: askForEnd,
    metrics: () => instance.metrics(),
    health: () => instance.health(),
  });
  link.ready(lines);
  await stopped;
}

function placeOf(self: Member, owners: CallOwners, link: SupervisorLink): WorkerPlace {
  const handOver = new HandOver();
  return {
    socketPath: self.socketPath,
    handOn: createHandOn(owners, handOver),
    doors: {
      health: (own) => link.health(own),
      carryUpgrade: (request, socket, head) => carryRetellCall(owners, request, socket, head),
      released: () => {
        handOver.close();
        return link.released();
      },
    },
  };
}
