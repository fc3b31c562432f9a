/** The tokens that `masker mask` makes on this machine, and `masker unmask` opens. See docs/operations.md, Masking a text. */
import { randomBytes } from 'node:crypto';
import { INSTANCE_ACCOUNT } from '../../../accounts/instance-account.ts';
import type { Config } from '../../../platform/config.ts';
import { parseId } from '../../../platform/ids.ts';
import type { SessionId } from '../../../platform/ids.ts';
import { KeyRing } from '../../../tokens/key-ring.ts';

/** No session has this ID. Tokens that carry their value are bound to it: those of calls do not open here. */
export const LOCAL_SESSION: SessionId = localSession();
export const LOCAL_ACCOUNT = INSTANCE_ACCOUNT;

function localSession(): SessionId {
  const id = parseId('session', `sess_${'0'.repeat(26)}`);
  if (id === null) throw new TypeError('the ID of local masking is none');
  return id;
}

/** The token keys of the environment; null where there are none. */
export function configuredRing({ keys }: Config): KeyRing | null {
  const given = keys.ring.map(({ kid, role, secret }) => ({ kid, role, secret: secret.reveal() }));
  return given.length === 0 ? null : new KeyRing(given);
}

/** A key of this run alone: what it makes is never opened. */
export function ringOfOneRun(kid: string): KeyRing {
  return new KeyRing([{ kid, role: 'active', secret: randomBytes(32) }]);
}
