/** Examples in the help of each command. A test finds a command without one, and options that do not exist. */
import type { Command } from 'commander';

/** By the words of the command, without the program. */
export const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  serve: ['masker serve', 'masker serve --env-file masker.env'],
  migrate: ['MASKER_DATABASE_URL=postgresql://masker@db/masker masker migrate'],
  config: ['masker config --env-file masker.env'],
  'keys generate': ['(umask 077; masker keys generate > masker.env)', 'masker keys generate --output secrets'],
  detect: [
    "echo 'call 415-555-0142' | masker detect",
    'masker detect --input call.txt --explain',
    'masker detect --jsonl < calls.jsonl > found.jsonl',
  ],
  mask: [
    "echo 'call 415-555-0142' | masker mask",
    'masker mask --scheme reversible-aead --input call.txt',
    'masker mask --server https://masker.example.org --require-match < call.txt',
    'masker mask --jsonl < calls.jsonl > masked.jsonl',
  ],
  synth: [
    'masker synth --input call.txt > synthetic.txt',
    'masker synth --seed spring --jsonl < calls.jsonl > synthetic.jsonl',
    'masker synth --server https://masker.example.org --json < call.txt',
  ],
  unmask: ['masker unmask < masked.txt', 'masker unmask --jsonl --input masked.jsonl'],
  doctor: [
    'masker doctor',
    'masker doctor --json --local',
    'masker doctor --remote --server https://masker.example.org',
  ],
  apply: ['masker apply -f masker.d --plan', 'masker apply -f masker.d --secrets-file secrets.jsonl'],
  completion: ['source <(masker completion bash)', 'masker completion fish > ~/.config/fish/completions/masker.fish'],
  'audit export': ['masker audit export --session-id sess_01J3Z8Q4V9Y6R2M7T5W0X1C8KD --output evidence.json'],
  'audit key': ['masker audit key --session-id sess_01J3Z8Q4V9Y6R2M7T5W0X1C8KD'],
  'audit acknowledge': ['masker audit acknowledge --session-id sess_01J3Z8Q4V9Y6R2M7T5W0X1C8KD'],
  'audit verify': ['masker audit verify --session-id sess_01J3Z8Q4V9Y6R2M7T5W0X1C8KD'],
  'audit checkpoint': ['masker audit checkpoint > checkpoint.txt'],
  'audit find': ['masker audit find --day 2026-11-30'],
  'audit subject': ["masker audit subject --kind PHONE --purpose 'ticket INC-17' < number.txt"],
  'webhooks list': ['masker webhooks list --json'],
  'webhooks test': ['masker webhooks test whk_01J3Z8Q4V9Y6R2M7T5W0X1C8KD'],
  'webhooks replay': ['masker webhooks replay whk_01J3Z8Q4V9Y6R2M7T5W0X1C8KD --since 2026-11-29T00:00:00Z'],
  'agents list': ['masker agents list --all --json'],
  'agents show': ['masker agents show agt_01J3Z8Q4V9Y6R2M7T5W0X1C8KD'],
  'agents create': ['masker agents create --name "Front desk" --upstream openai:gpt-4o-mini'],
  'agents update': ['masker agents update agt_01J3Z8Q4V9Y6R2M7T5W0X1C8KD --policy-name clinic'],
  'agents delete': ['masker agents delete agt_01J3Z8Q4V9Y6R2M7T5W0X1C8KD'],
  'sessions list': ['masker sessions list --since 7d --min-redactions 1'],
  'sessions show': ['masker sessions show sess_01J3Z8Q4V9Y6R2M7T5W0X1C8KD'],
  'sessions tail': ['masker sessions tail --json'],
  'sessions end': ['masker sessions end sess_01J3Z8Q4V9Y6R2M7T5W0X1C8KD'],
  report: [
    'masker report --session-id sess_01J3Z8Q4V9Y6R2M7T5W0X1C8KD --format pdf --output report.pdf',
    'masker report --since 30d --format bundle --output evidence.json',
  ],
  'policy validate': ['masker policy validate configs/mask_policy.yaml'],
  'policy diff': ['masker policy diff old.yaml new.yaml'],
  'policy list': ['masker policy list'],
  'policy show': ['masker policy show healthcare-default'],
  'policy save': ['masker policy save clinic clinic.yaml --new'],
  'policy publish': ['masker policy publish clinic'],
  'policy rollback': ['masker policy rollback clinic 3'],
  'policy reload': ['masker policy reload'],
  'vault stats': ['masker vault stats --env-file masker.env'],
  'vault rotate-key': ['masker vault rotate-key --dry-run'],
  'vault export': ['masker vault export --output vaults.masker'],
  'vault import': ['masker vault import --input vaults.masker'],
  'vault purge': ['masker vault purge --before 2026-01-01 --dry-run', 'masker vault purge --subject - < number.txt'],
  'retention run': ['masker retention run --json'],
  backup: ['masker backup --output masker.backup --verify'],
  restore: ['masker restore --input masker.backup --dry-run --verify'],
  'login-link': ['masker login-link --env-file masker.env', 'masker login-link --minutes 5 --json'],
  login: ['masker login --server https://masker.example.org', 'masker login --token < token.txt'],
  'tokens list': ['masker tokens list'],
  'tokens create': ['masker tokens create --name nightly --permission sessions:read agents:read'],
  'tokens revoke': ['masker tokens revoke tok_01J3Z8Q4V9Y6R2M7T5W0X1C8KD'],
};

/** Adds the examples to the help of every command of the tree. */
export function addExamples(
  command: Command,
  words: readonly string[] = [],
  of: Readonly<Record<string, readonly string[]>> = EXAMPLES,
): void {
  const examples = of[words.join(' ')];
  if (examples !== undefined)
    command.addHelpText('after', `\nExamples:\n${examples.map((example) => `  $ ${example}`).join('\n')}`);
  for (const each of command.commands) addExamples(each, [...words, each.name()], of);
}
