/** The read of a kept payload, and how long it may stay on the screen and in memory. */
import type { UseMutationOptions } from '@tanstack/react-query';
import { ask } from '../../api/ask.ts';
import { turnPayloadsOperation } from './queries.generated.ts';
import type { TurnPayloadsQuery } from './queries.generated.ts';

export type Payloads = NonNullable<TurnPayloadsQuery['session']>['payloads'];

/** How long revealed text is shown, in milliseconds. */
export const SHOWN_MS = 60_000;

/** Returns the whole seconds until a moment in POSIX milliseconds; 0 from then on. */
export function secondsUntil(deadline: number, now: number): number {
  return Math.max(0, Math.ceil((deadline - now) / 1000));
}

/** Options of the mutation that reads what is kept of a turn, for a purpose. Its cache forgets the answer with the dialog. */
export function payloadRead(
  sessionId: string,
  turn: number,
): UseMutationOptions<Payloads | null, Error, { readonly purpose: string }> {
  return {
    mutationFn: async ({ purpose }) =>
      (await ask(turnPayloadsOperation, { id: sessionId, turn, purpose })).session?.payloads ?? null,
    gcTime: 0,
  };
}
