/** Exports of the instance: a journal that does not verify is logged. */
import type { PrismaClient } from '../../generated/prisma/client.ts';
import { systemClock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/log.ts';
import { createExports } from '../../reports/exports.ts';
import type { Exports } from '../../reports/exports.ts';
import { VERSION } from '../version.ts';

/** Makes the exports of the instance. `auditKey` is MASKER_AUDIT_HMAC_KEY. */
export function createInstanceExports(prisma: PrismaClient, auditKey: Uint8Array, log: Logger): Exports {
  return createExports({
    prisma,
    auditKey,
    clock: systemClock,
    version: VERSION,
    onBroken: (session_id, seq, fault) => {
      log.error({ session_id, seq, fault }, 'an export ended: an entry of a journal does not verify');
    },
  });
}
