/** What the log says of requests that failed unexpectedly. */
import { isDatabaseFault } from '../../platform/database-fault.ts';
import type { RequestId } from '../../platform/ids.ts';
import type { Logger } from '../../platform/log.ts';

/** Logs the error under the ID of its request: a database that cannot be used is no bug. */
export function unexpectedErrorLog(log: Logger): (requestId: RequestId, error: unknown) => void {
  return (request_id, err) => {
    if (isDatabaseFault(err)) log.warn({ request_id, err }, 'the database cannot be used: request refused');
    else log.error({ request_id, err }, 'unexpected error');
  };
}
