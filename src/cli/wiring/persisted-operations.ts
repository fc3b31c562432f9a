/** The documents of GraphQL that an instance trusts: those of the operator's file, and those of the portal and the commands. */
import { readFileSync } from 'node:fs';
import { OWN_OPERATIONS } from '../../graphql/own-operations.generated.ts';
import { readManifest } from '../../graphql/persisted-operations.ts';
import type { PersistedOperations } from '../../graphql/persisted-operations.ts';
import { schema } from '../../graphql/schema.ts';
import type { Config } from '../../platform/config.ts';
import { errorCode } from '../../platform/error-code.ts';
import { StartError } from '../../platform/start-error.ts';

/** Reads MASKER_PERSISTED_OPERATIONS. Throws StartError for a file with an entry that cannot run. */
export function readPersistedOperations({ persistedOperations: { file, only } }: Config): PersistedOperations {
  const texts = file === null ? null : textsOf(file);
  return { texts, trusted: OWN_OPERATIONS, only };
}

function textsOf(file: string): ReadonlyMap<string, string> {
  let json: string;
  try {
    json = readFileSync(file, 'utf8');
  } catch (error) {
    throw new StartError(
      `MASKER_PERSISTED_OPERATIONS ${file} cannot be read (${errorCode(error) ?? 'unknown error'}).`,
    );
  }
  const read = readManifest(json, schema);
  if (read.ok) return read.texts;
  const { hash, message } = read.problem;
  throw new StartError(`MASKER_PERSISTED_OPERATIONS ${file}${hash === null ? '' : `, entry ${hash}`}: ${message}`);
}
