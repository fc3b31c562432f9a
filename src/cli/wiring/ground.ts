/** What every part of an instance rests on: configuration, keys, files that are read once, log, clock and database. */
import type { TimestampAuthority } from '../../audit-log/timestamping/authority.ts';
import type { WitnessPolicy } from '../../audit-log/witness-policy.ts';
import type { PersistedOperations } from '../../graphql/persisted-operations.ts';
import type { PolicyStore } from '../../policy/store.ts';
import { Signer } from '../../audit/seal.ts';
import { systemClock } from '../../platform/clock.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Config } from '../../platform/config.ts';
import { openDatabase } from '../../platform/database.ts';
import type { Database, DatabaseOptions } from '../../platform/database.ts';
import type { ServerKeys } from '../../platform/key-files.ts';
import type { Logger } from '../../platform/log.ts';
import type { SigningIdentity } from '../../reports/pdf/signed-data.ts';
import { KeyRing } from '../../tokens/key-ring.ts';
import { readTimestampAuthority, readWitnessPolicy } from './checkpoints.ts';
import { readPdfSigning } from './pdf-signing.ts';
import { readPersistedOperations } from './persisted-operations.ts';
import { readPolicies } from './policies.ts';

export interface Ground extends Database {
  readonly config: Config;
  readonly keys: ServerKeys;
  readonly log: Logger;
  readonly clock: Clock;
  readonly databaseUrl: string;
  /** The origin of MASKER_PUBLIC_URL. */
  readonly publicOrigin: string;
  readonly ring: KeyRing;
  readonly signer: Signer;
  /** Key of the journal's HMACs. */
  readonly auditKey: Uint8Array;
  readonly policies: PolicyStore;
  /** Witnesses whose cosignatures checkpoints carry; null where none are configured. */
  readonly witnesses: WitnessPolicy | null;
  /** Has checkpoints time-stamped; null where that is off. */
  readonly timestampAuthority: TimestampAuthority | null;
  /** Signs PDFs of reports; null where they are not signed. */
  readonly pdfSigning: SigningIdentity | null;
  readonly persistedOperations: PersistedOperations;
}

/** Reads the files that the configuration names and opens the database. Throws StartError for a file with problems, before anything is opened. */
export async function openGround(config: Config, keys: ServerKeys, databaseUrl: string, log: Logger): Promise<Ground> {
  const ring = new KeyRing(keys.ring.map(({ kid, role, secret }) => ({ kid, role, secret: secret.reveal() })));
  const policies = await readPolicies(config, ring, log);
  const witnesses = readWitnessPolicy(config);
  const timestampAuthority = readTimestampAuthority(config, systemClock);
  const pdfSigning = readPdfSigning(config, systemClock);
  const persistedOperations = readPersistedOperations(config);
  const database = openDatabase({
    url: databaseUrl,
    ...poolSizes(config.workers),
    onConnectionError: (err) => {
      log.warn({ err }, 'a database connection broke');
    },
  });
  return {
    ...database,
    config,
    keys,
    log,
    clock: systemClock,
    databaseUrl,
    publicOrigin: new URL(config.publicUrl).origin,
    ring,
    signer: new Signer(keys.signing.reveal()),
    auditKey: keys.auditHmac.reveal(),
    policies,
    witnesses,
    timestampAuthority,
    pdfSigning,
    persistedOperations,
  };
}

/** Connections of the pools of one process: several workers share what one process has, from two of them on twice that. */
function poolSizes(workers: number): Pick<DatabaseOptions, 'poolSize' | 'apiPoolSize'> {
  const share = (all: number, least: number, most: number): number =>
    Math.min(most, Math.max(least, Math.ceil(all / workers)));
  return { poolSize: share(32, 4, 16), apiPoolSize: share(16, 2, 8) };
}
