/** Writes a policy as the one document that says all of it. */
import { stringify } from 'yaml';
import type { TenantPattern } from '../detection/span.ts';
import { forEachKind } from './policy.ts';
import type { Policy } from './policy.ts';

/** YAML that `parsePolicy` reads as this very policy, with every key written out. */
export function renderPolicy(policy: Policy): string {
  // Neither anchors nor folded lines: each value stands where it counts, as it is.
  return stringify(policyDocument(policy), { aliasDuplicateObjects: false, lineWidth: 0 });
}

/** Everything that a policy says, in the spelling of its document. */
export function policyDocument(policy: Policy): Readonly<Record<string, unknown>> {
  const { audit, restore, synthetic } = policy;
  return {
    name: policy.name,
    version: policy.version,
    description: policy.description,
    kid: policy.kid,
    epsilon: policy.epsilon,
    tokenization: policy.tokenization,
    passes: policy.passes,
    entities: forEachKind((kind) => {
      const { threshold, ...rule } = policy.entities[kind];
      return { ...rule, confidence_threshold: threshold };
    }),
    patterns: policy.patterns.map(patternOf),
    allow: policy.allow,
    ...(policy.speakers === null ? {} : { speakers: policy.speakers }),
    sensitivity: policy.sensitivity,
    audit: { log_events: audit.logEvents, log_payloads: audit.logPayloads, retention_days: audit.retentionDays },
    on_degraded: policy.onDegraded,
    binary_content: policy.binaryContent,
    calendar_dates: policy.calendarDates,
    platform: { bypass: policy.platform.bypass },
    restore: {
      speech: restore.speech,
      tool_arguments: restore.toolArguments,
      urls: restore.urls,
      tools: restore.tools,
      tool_form: restore.toolForm,
    },
    stream: { order_tool_calls: policy.stream.orderToolCalls },
    synthetic: {
      ...(synthetic.seed === null ? {} : { seed: synthetic.seed }),
      preserve_locale: synthetic.preserveLocale,
    },
  };
}

function patternOf({ checksum, ...pattern }: TenantPattern): object {
  return checksum === null ? pattern : { ...pattern, checksum };
}
