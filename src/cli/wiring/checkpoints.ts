/** What an instance does with checkpoints beyond its database: where they are published, and whose cosignatures count. */
import { readFileSync } from 'node:fs';
import { createPublisher } from '../../audit-log/publisher.ts';
import type { CheckpointPublisher, PublisherOptions } from '../../audit-log/publisher.ts';
import { fileSink, httpSink, SinkConflict } from '../../audit-log/sinks.ts';
import { parseWitnessPolicy } from '../../audit-log/witness-policy.ts';
import type { Released } from '../../audit-log/log-reader.ts';
import type { WitnessPolicy } from '../../audit-log/witness-policy.ts';
import { createTimestampAuthority } from '../../audit-log/timestamping/authority.ts';
import type { TimestampAuthority } from '../../audit-log/timestamping/authority.ts';
import { readAuthorities } from '../../audit-log/timestamping/certificates.ts';
import { TimestampRefusal } from '../../audit-log/timestamping/refusal.ts';
import { createTimestamper } from '../../audit-log/timestamping/timestamper.ts';
import type { Timestamper, TimestamperOptions } from '../../audit-log/timestamping/timestamper.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Config } from '../../platform/config.ts';
import { errorCode } from '../../platform/error-code.ts';
import type { Logger } from '../../platform/log.ts';
import { StartError } from '../../platform/start-error.ts';

/** Which checkpoints may leave the server. */
export function releasedBy({ timestamps }: Config): Released {
  return timestamps.required ? 'stamped' : 'all';
}

/** Makes the publisher of the configured sinks. */
export function createCheckpointPublisher(
  config: Config,
  pool: PublisherOptions['pool'],
  log: Logger,
): CheckpointPublisher {
  const { folder, url, token } = config.checkpoints;
  return createPublisher({
    pool,
    released: releasedBy(config),
    sinks: [...(folder === null ? [] : [fileSink(folder)]), ...(url === null ? [] : [httpSink(url, token)])],
    onFailure: (sink, account_id, err) => {
      if (err instanceof SinkConflict)
        log.error({ sink, account_id }, 'another checkpoint of this size was published before: one log is a fork');
      else log.warn({ sink, account_id, err }, 'a checkpoint could not be published; trying again');
    },
  });
}

/** Makes what has checkpoints stamped by the configured authority. */
export function createInstanceTimestamper(
  { timestamps: { intervalSeconds } }: Config,
  authority: TimestampAuthority | null,
  pool: TimestamperOptions['pool'],
  log: Logger,
): Timestamper {
  return createTimestamper({
    pool,
    authority,
    intervalSeconds,
    onFailure: (account_id, err) => {
      const reason = err instanceof TimestampRefusal ? err.code : 'internal';
      log.warn({ account_id, reason, err }, 'a checkpoint was not time-stamped; trying again');
    },
  });
}

/** Reads the certificates of MASKER_TSA_CA; null where tokens are off. Throws StartError for a file that holds none. */
export function readTimestampAuthority({ timestamps: { authority } }: Config, clock: Clock): TimestampAuthority | null {
  if (authority === null) return null;
  const { url, ca } = authority;
  try {
    return createTimestampAuthority({ url, authorities: readAuthorities(ca), now: () => clock.now() });
  } catch (error) {
    const problem =
      error instanceof Error && 'syscall' in error ? `cannot be read (${errorCode(error) ?? 'error'})` : null;
    throw new StartError(
      `MASKER_TSA_CA ${ca} ${problem ?? 'holds no certificate that can be read'}: set it to the authority's certificate, as PEM or DER.`,
    );
  }
}

/** Reads MASKER_WITNESS_POLICY; null where it is not set. Throws StartError for a file that is no policy. */
export function readWitnessPolicy({ checkpoints: { witnessPolicy: file } }: Config): WitnessPolicy | null {
  if (file === null) return null;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new StartError(`MASKER_WITNESS_POLICY ${file} cannot be read (${errorCode(error) ?? 'unknown error'}).`);
  }
  const read = parseWitnessPolicy(text);
  if (read.ok) return read.policy;
  throw new StartError(`MASKER_WITNESS_POLICY ${file}, line ${read.problem.line}: ${read.problem.message}`);
}
