import { expect, test } from 'vitest';
import { warnOfRefusedPolicies } from '../../../../src/cli/wiring/refused-policies.ts';
import { createLogger } from '../../../../src/platform/log.ts';
import { parsePolicy } from '../../../../src/policy/parse.ts';
import { createPolicyStore } from '../../../../src/policy/store.ts';
import { KIDS } from '../../policy/policies.ts';

interface StoredAgent {
  readonly id: string;
  readonly policy_name: string;
  readonly policy_yaml: string | null;
  readonly stored_version: number | null;
  readonly stored_yaml: string | null;
}

/** The lines that are logged at a start with these agents. */
async function linesFor(rows: readonly StoredAgent[]): Promise<Record<string, unknown>[]> {
  const parsed = parsePolicy('name: healthcare-default\nkid: K_HEALTHCARE\n', { kids: KIDS });
  if (!parsed.ok) throw new Error('the default policy does not hold');
  const lines: Record<string, unknown>[] = [];
  const log = createLogger({
    level: 'warn',
    format: 'json',
    destination: { write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) },
  });
  const query = () => Promise.resolve({ rows });
  await warnOfRefusedPolicies({ query: query as never }, createPolicyStore(parsed, KIDS), log);
  return lines;
}

const agent = (
  id: string,
  yaml: string | null,
  name = 'healthcare-default',
  stored: string | null = null,
): StoredAgent => ({
  id,
  policy_name: name,
  policy_yaml: yaml,
  stored_version: stored === null ? null : 3,
  stored_yaml: stored,
});

test('the start names each agent whose stored policy is not valid any more, its keys, and what to do', async () => {
  const lines = await linesFor([
    agent('agt_good', 'name: mine\nkid: K_HEALTHCARE\n'),
    agent('agt_default', null),
    agent('agt_unread', 'name: mine\nkid: K_HEALTHCARE\nepsilon: 1\naudit:\n  log_events: false\n'),
    agent('agt_gone', null, 'no-such-policy'),
    agent('agt_stored', null, 'clinic', 'kid: K_HEALTHCARE\n'),
    agent('agt_stale', null, 'clinic', 'kid: K_LOST\n'),
  ]);
  expect(lines).toMatchObject([
    { agent_id: 'agt_unread', policy_keys: ['epsilon', 'audit.log_events'] },
    { agent_id: 'agt_gone', policy_keys: ['policyName'] },
    { agent_id: 'agt_stale', policy_keys: ['kid'] },
  ]);
  for (const line of lines) expect(line['msg']).toMatch(/turns are refused.*PATCH \/api\/v1\/agents\/\{id\}/);
});

test('the start names twenty such agents and counts the rest, and logs no value of a policy', async () => {
  const rows = Array.from({ length: 25 }, (_, n) =>
    agent(`agt_${n}`, 'name: mine\nkid: K_HEALTHCARE\nepsilon: 0.777\nsynthetic: { seed: very-secret }\n'),
  );
  const lines = await linesFor(rows);
  expect(lines).toHaveLength(21);
  expect(lines.at(-1)).toMatchObject({ count: 25 });
  expect(JSON.stringify(lines)).not.toMatch(/very-secret|777/);
});
