/** How a call that a platform reports on ends: it is sealed, and the report is compared with what Masker saw of it. */
import { createComparisons } from '../../completeness/comparisons.ts';
import type { ComparisonsOptions } from '../../completeness/comparisons.ts';
import type { PlatformRecord } from '../../completeness/platform-record.ts';
import type { AgentId } from '../../platform/ids.ts';
import { available } from '../../sessions/available.ts';
import type { CallDigests } from '../../sessions/call-digests.ts';
import type { NamedCall } from '../../sessions/correlation.ts';

export interface ComparedCallsOptions extends ComparisonsOptions {
  readonly digests: CallDigests;
  /** Seals the open sessions of a call. */
  readonly endCall: (agentId: AgentId, call: NamedCall) => Promise<void>;
}

export interface ComparedCalls {
  /** Ends a call. Throws Failure `audit_unavailable` where the comparison cannot be recorded: the platform tries again. */
  readonly end: (agentId: AgentId, call: NamedCall, record: PlatformRecord | null) => Promise<void>;
  /** Compares what a platform says of a call that goes on. */
  readonly update: (agentId: AgentId, call: NamedCall, record: PlatformRecord) => Promise<void>;
}

export function createComparedCalls({ digests, endCall, ...options }: ComparedCallsOptions): ComparedCalls {
  const comparisons = createComparisons(options);
  const digestOf = (agentId: AgentId, call: NamedCall): Buffer =>
    digests.call(agentId, call.by === 'key' ? call.key : call.sessionId);
  return {
    end: async (agentId, call, record) => {
      // First, for it waits for the endings of turns that are being written.
      await endCall(agentId, call);
      const digest = digestOf(agentId, call);
      await available(
        record === null ? comparisons.recordKept(agentId, digest) : comparisons.record(agentId, digest, record),
      );
    },
    update: (agentId, call, record) => available(comparisons.keep(agentId, digestOf(agentId, call), record)),
  };
}
