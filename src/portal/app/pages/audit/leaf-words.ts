/** What a leaf of the account log says, in words. */
import { moment } from '../../parts/format.ts';
import { isRecord } from '../../parts/records.ts';

/** Groups of kinds, as the filter offers them. */
export const GROUPS: readonly { readonly value: string; readonly label: string; readonly kinds: readonly string[] }[] =
  [
    { value: 'seals', label: 'Sealed sessions', kinds: ['session_sealed'] },
    {
      value: 'reads',
      label: 'Reports, reads and searches',
      kinds: ['report_issued', 'journal_exported', 'payload_read', 'subject_searched', 'data_exported'],
    },
    {
      value: 'corrections',
      label: 'Corrections of detection',
      kinds: ['correction_recorded', 'correction_closed'],
    },
    {
      value: 'sign-ins',
      label: 'Sign-ins',
      kinds: ['sign_in', 'sign_in_link_created', 'sign_out', 'browser_session_revoked'],
    },
    {
      value: 'people',
      label: 'Members and tokens',
      kinds: [
        'invitation_created',
        'invitation_revoked',
        'member_joined',
        'member_role_changed',
        'member_removed',
        'access_token_created',
        'access_token_revoked',
      ],
    },
    {
      value: 'agents',
      label: 'Agents and webhooks',
      kinds: [
        'agent_created',
        'agent_updated',
        'agent_deleted',
        'proxy_key_created',
        'proxy_key_revoked',
        'webhook_created',
        'webhook_updated',
        'webhook_deleted',
        'webhook_secret_rotated',
      ],
    },
    {
      value: 'policies',
      label: 'Policies',
      kinds: ['policy_created', 'policy_saved', 'policy_published', 'policy_rolled_back', 'policy_deleted'],
    },
    {
      value: 'operation',
      label: 'Keys, vault and backups',
      kinds: [
        'signing_key_changed',
        'keys_rotated',
        'vault_exported',
        'vault_imported',
        'vault_purged',
        'retention_applied',
        'retention_changed',
        'backup_created',
        'backup_restored',
        'removal_acknowledged',
      ],
    },
  ];

/** Returns the kinds that the address names: a group, or one kind. Null for all. */
export function kindsOf(types: string): readonly string[] | null {
  const group = GROUPS.find(({ value }) => value === types);
  if (group !== undefined) return group.kinds;
  return /^[a-z_]{1,64}$/.test(types) ? [types] : null;
}

/** `report_issued` as `Report issued`. */
export function kindLabel(kind: string): string {
  const words = kind.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** One thing that a leaf says. */
export interface LeafFact {
  readonly name: string;
  readonly value: string;
}

/** Returns what a leaf is about: the members of its subject, or of its seal. A hash is left to the whole leaf. */
export function factsOf(leaf: unknown): readonly LeafFact[] {
  if (!isRecord(leaf)) return [];
  const { subject, seal } = leaf;
  const about = isRecord(subject)
    ? subject
    : isRecord(seal)
      ? pick(seal, ['session_id', 'agent_id', 'event_count'])
      : {};
  return Object.entries(about).flatMap(([name, value]) => {
    const text = plain(value);
    return text === null ? [] : [{ name: name.replaceAll('_', ' '), value: text }];
  });
}

function pick(from: Readonly<Record<string, unknown>>, names: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(names.flatMap((name) => (name in from ? [[name, from[name]]] : [])));
}

/** A value in one line; null for what is empty, a hash, or has members of its own. */
function plain(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') {
    if (/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(value)) return moment(value);
    return value === '' || /^[0-9a-f]{64}$/.test(value) ? null : value;
  }
  if (Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'string'))
    return value.join(', ');
  return null;
}

/** Returns the session that a leaf is about; null where it is about none. */
export function sessionOf(leaf: unknown): string | null {
  if (!isRecord(leaf)) return null;
  const { subject, seal } = leaf;
  const id = isRecord(subject) ? subject['session_id'] : isRecord(seal) ? seal['session_id'] : null;
  return typeof id === 'string' ? id : null;
}

/** Returns who did it: an ID of a user, or the system. */
export function actorOf(leaf: unknown): string | null {
  const user = isRecord(leaf) ? leaf['user_id'] : null;
  return typeof user === 'string' ? user : null;
}
