/** What an instance does with checkpoints beyond its database: where they are published, and whose cosignatures count. */
import { readFileSync } from 'node:fs';
import { createPublisher } from '../audit-log/publisher.ts';
import type { CheckpointPublisher, PublisherOptions } from '../audit-log/publisher.ts';
import { fileSink, httpSink, SinkConflict } from '../audit-log/sinks.ts';
import { parseWitnessPolicy } from '../audit-log/witness-policy.ts';
import type { WitnessPolicy } from '../audit-log/witness-policy.ts';
import type { Config } from '../platform/config.ts';
import { errorCode } from '../platform/error-code.ts';
import type { Logger } from '../platform/log.ts';
import { StartError } from '../platform/start-error.ts';

/** Makes the publisher of the configured sinks. */
export function createCheckpointPublisher(
  { checkpoints }: Config,
  pool: PublisherOptions['pool'],
  log: Logger,
): CheckpointPublisher {
  const { folder, url, token } = checkpoints;
  return createPublisher({
    pool,
    sinks: [...(folder === null ? [] : [fileSink(folder)]), ...(url === null ? [] : [httpSink(url, token)])],
    onFailure: (sink, account_id, err) => {
      if (err instanceof SinkConflict)
        log.error({ sink, account_id }, 'another checkpoint of this size was published before: one log is a fork');
      else log.warn({ sink, account_id, err }, 'a checkpoint could not be published; trying again');
    },
  });
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
