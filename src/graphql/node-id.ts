/**
 * Relay node ids. Our ids carry their type as a prefix and are unique over all types, so a node's global id is the id
 * itself (`sess_01...`): one id works in GraphQL, REST, URLs and logs. The spec of global object identification asks
 * for opaque and unique, not for base64.
 */
import type { Permission } from '../accounts/viewer.ts';
import { parseId } from '../platform/ids.ts';
import type { IdType } from '../platform/ids.ts';

/** A type that `node` can load. */
export interface NodeType {
  readonly typename: string;
  readonly idType: IdType;
  /** What a viewer needs to load it, and to read any field of it: scopes of the builder. */
  readonly scopes: { readonly permission: Permission } | { readonly ownCredentials: true };
}

const NODE_TYPES: readonly NodeType[] = [
  { typename: 'Agent', idType: 'agent', scopes: { permission: 'agents:read' } },
  { typename: 'Session', idType: 'session', scopes: { permission: 'sessions:read' } },
  { typename: 'Turn', idType: 'turn', scopes: { permission: 'sessions:read' } },
  { typename: 'Webhook', idType: 'webhook', scopes: { permission: 'agents:write' } },
  { typename: 'Event', idType: 'feedEvent', scopes: { permission: 'sessions:read' } },
  { typename: 'AccessToken', idType: 'accessToken', scopes: { ownCredentials: true } },
  { typename: 'Member', idType: 'user', scopes: { permission: 'members:admin' } },
  { typename: 'BrowserSession', idType: 'browserSession', scopes: { ownCredentials: true } },
  { typename: 'MaskPolicy', idType: 'policy', scopes: { permission: 'agents:read' } },
];

/** The type that an id names; null for what is no id, or an id of something that is not a node. */
export function typeOfNodeId(id: string): NodeType | null {
  return NODE_TYPES.find(({ idType }) => parseId(idType, id) !== null) ?? null;
}

/** The id in the form that Pothos wants: of no type where it names none, which `node` answers with null. */
export function nodeIdOf(id: string): { readonly typename: string; readonly id: string } {
  return { typename: typeOfNodeId(id)?.typename ?? '', id };
}
