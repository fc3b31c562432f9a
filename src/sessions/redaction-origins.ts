/**
 * Says what made a redaction: the settings of its policy, and the recogniser and cue. Journals have neither of the two, so they
 * are found by searching the kept text of the turn again. Such a read of a payload is on record like any other.
 */
import { z } from 'zod';
import { mayUse } from '../accounts/viewer.ts';
import type { Viewer } from '../accounts/viewer.ts';
import { DETECTOR_VERSION } from '../detection/detection.ts';
import type { Candidate, Explanation } from '../detection/explain.ts';
import { ENTITY_KINDS } from '../detection/kinds.ts';
import type { DetectionRules } from '../detection/span.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import { parseId } from '../platform/ids.ts';
import type { SessionId } from '../platform/ids.ts';
import { decidingPattern, decidingSettings } from '../policy/deciding-settings.ts';
import type { DecidingSetting } from '../policy/deciding-settings.ts';
import { detectionRules } from '../policy/policy.ts';
import type { PolicyStore } from '../policy/store.ts';
import { keptText } from './kept-text.ts';
import type { PayloadReader } from './payloads.ts';

/**
 * What is known of the recogniser:
 * - `found`: the search found the same span again;
 * - `known_value`: no recogniser; the value was already known in the call;
 * - `llm_detector`: no recogniser; the LLM detector reported it;
 * - `not_permitted`: the viewer lacks the permission `payloads:read`;
 * - `not_kept`: the text is not kept, or its time is over, or its key is gone;
 * - `no_text`: the kept request has no text at the path to which the span applies, or one that is too long to search. Texts
 *   inside JSON that is written in a string are such: the span is of one of them, and the path does not say of which;
 * - `not_found_again`: the text alone does not give this span. What was said before it counted, or detection has changed;
 * - `policy_invalid`: the policy of the session does not hold on this server any more.
 */
export const ORIGIN_STATES = [
  'found',
  'known_value',
  'llm_detector',
  'not_permitted',
  'not_kept',
  'no_text',
  'not_found_again',
  'policy_invalid',
] as const;
export type OriginState = (typeof ORIGIN_STATES)[number];

export interface RedactionOrigin {
  readonly state: OriginState;
  /** Null unless the state is `found`. The cue holds words of the caller. */
  readonly candidate: Candidate | null;
  /** The account's own pattern that found it; null where a built-in recogniser did. */
  readonly pattern: DecidingSetting | null;
  /** The version of detection that searched again. */
  readonly detectorVersion: string;
}

/** One redaction of a session, and the policy that it was made under. */
export interface ExplainedRedaction {
  readonly sessionId: SessionId;
  /** The text of the journal's entry. */
  readonly body: string;
  readonly settings: readonly DecidingSetting[];
  readonly policy: { readonly name: string; readonly version: number; readonly text: string };
}

export interface RedactionOrigins {
  /** The redaction at a place in the journal of a session of the account; null where there is none. */
  redaction(accountId: string, sessionId: string, seq: number): Promise<ExplainedRedaction | null>;
  /** Rejects with Failure `detection_unavailable` where too many long texts wait to be searched. */
  origin(viewer: Viewer, redaction: ExplainedRedaction, purpose: string | null): Promise<RedactionOrigin>;
}

export interface RedactionOriginParts {
  readonly prisma: PrismaClient;
  readonly payloads: Pick<PayloadReader, 'read'>;
  readonly policies: Pick<PolicyStore, 'check'>;
  readonly explanations: { explain(text: string, rules: DetectionRules): Promise<Explanation> };
}

// Our own writing, read back.
const RECORDED = z.object({
  turn: z.int(),
  pass: z.enum(['regex', 'known', 'ner', 'gemma']),
  entity_kind: z.enum(ENTITY_KINDS),
  found_as: z.enum(ENTITY_KINDS).optional(),
  span: z.tuple([z.int(), z.int()]),
  path: z.string(),
});
type Recorded = z.infer<typeof RECORDED>;

const recordedIn = (body: string): Recorded => RECORDED.parse(JSON.parse(body));

export function createRedactionOrigins({
  prisma,
  payloads,
  policies,
  explanations,
}: RedactionOriginParts): RedactionOrigins {
  return {
    redaction: async (accountId, sessionId, seq) => {
      const id = parseId('session', sessionId);
      const row = await prisma.entry.findFirst({
        where: { sessionId, seq, kind: 'redaction', session: { accountId, expiredAt: null } },
        select: {
          body: true,
          session: { select: { policyName: true, policyVersion: true, policySnapshot: { select: { text: true } } } },
        },
      });
      if (row === null || id === null) return null;
      const { pass, entity_kind: kind, found_as: foundAs = null } = recordedIn(row.body);
      const { policyName: name, policyVersion: version, policySnapshot } = row.session;
      const { text } = policySnapshot;
      return {
        sessionId: id,
        body: row.body,
        settings: decidingSettings(text, { kind, foundAs, pass }),
        policy: { name, version, text },
      };
    },
    origin: async (viewer, { sessionId, body, policy }, purpose) => {
      const redaction = recordedIn(body);
      if (redaction.pass === 'known') return without('known_value');
      if (redaction.pass === 'gemma') return without('llm_detector');
      if (!mayUse(viewer, 'payloads:read')) return without('not_permitted');
      const parsed = policies.check(policy.text, { name: policy.name, version: policy.version });
      if (!parsed.ok) return without('policy_invalid');
      const { request } = await payloads.read(viewer, sessionId, redaction.turn, purpose);
      if (request === null) return without('not_kept');
      const text = keptText(request, redaction.path);
      if (text === null || text.length < redaction.span[1]) return without('no_text');
      const { candidates } = await explanations.explain(text, detectionRules(parsed.policy));
      const candidate = candidateOf(redaction, candidates);
      if (candidate === null) return without('not_found_again');
      const own = /^tenant\.(.+)$/.exec(candidate.recogniser)?.[1];
      const pattern = own === undefined ? null : decidingPattern(policy.text, own);
      return { state: 'found', candidate, pattern, detectorVersion: DETECTOR_VERSION };
    },
  };
}

const without = (state: OriginState): RedactionOrigin => ({
  state,
  candidate: null,
  pattern: null,
  detectorVersion: DETECTOR_VERSION,
});

/** Returns the candidate that became the span; of several that were merged into it, the longest. */
function candidateOf(
  { span: [start, end], entity_kind, found_as }: Recorded,
  candidates: readonly Candidate[],
): Candidate | null {
  const ofKind = candidates.filter(({ kind }) => kind === (found_as ?? entity_kind));
  // A span is trimmed: its candidate may have white space and marks around it.
  const whole = ofKind.find(
    (each) =>
      (each.outcome === 'reported' || each.outcome === 'counted_as_other') && each.start <= start && each.end >= end,
  );
  if (whole !== undefined) return whole;
  const merged = ofKind.filter((each) => each.outcome === 'merged' && each.start >= start && each.end <= end);
  return merged.reduce<Candidate | null>((longest, each) => (length(each) > length(longest) ? each : longest), null);
}

function length(candidate: Candidate | null): number {
  return candidate === null ? 0 : candidate.end - candidate.start;
}
