/** News between nodes of agents and policies that changed. See docs/operations.md, Embedded and clustered. */
import { parseId } from '../platform/ids.ts';
import type { AgentId, SessionId } from '../platform/ids.ts';
import { listenForNotifications } from '../platform/notifications.ts';
import type { NotificationOptions, Notifications } from '../platform/notifications.ts';
import { VAULT_CHANNEL } from '../tokens/vault-channel.ts';

/** The channel; a payload is the id of an agent that was made, changed or removed. */
export const AGENT_CHANNEL = 'masker_agents';

/** The channel on which nodes are told to read their policy file again; the payload says nothing. */
export const POLICY_CHANNEL = 'masker_policies';

/** What is to be told. */
export interface AgentChangeReader {
  /** From now on every change is told. Changes before this moment may have been missed. */
  onConnected(): void;
  /** From now on changes may be missed. */
  onDisconnected(): void;
  onChanged(id: AgentId): void;
  /** Somebody asked for the policy file to be read again. */
  onPolicyReload(): void;
  /** Values of a session were erased from its vault; null for sessions that are not named. */
  onVaultPurged(id: SessionId | null): void;
}

export type AgentChangeOptions = NotificationOptions;
export type AgentChangeListener = Pick<Notifications, 'close'>;

/** Listens for changes on a connection of its own: see `listenForNotifications`. */
export function listenForAgentChanges(reader: AgentChangeReader, options: AgentChangeOptions): AgentChangeListener {
  return listenForNotifications(
    [AGENT_CHANNEL, POLICY_CHANNEL, VAULT_CHANNEL],
    {
      onConnected: () => {
        reader.onConnected();
      },
      onDisconnected: () => {
        reader.onDisconnected();
      },
      onNotification: (channel, payload) => {
        const id = parseId('agent', payload);
        if (channel === POLICY_CHANNEL) reader.onPolicyReload();
        else if (channel === VAULT_CHANNEL) reader.onVaultPurged(parseId('session', payload));
        else if (id !== null) reader.onChanged(id);
      },
    },
    options,
  );
}
