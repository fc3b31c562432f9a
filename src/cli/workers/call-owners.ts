/**
 * Which worker keeps which call. Every worker finds the same one for a call, so that its turns meet in one memory. That is
 * for speed alone: any worker can serve any turn, as any node of a cluster can.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { carryUpgrade, wasHandedOver } from '../../http/hand-over.ts';
import type { HandOver } from '../../http/hand-over.ts';
import { topMembers } from '../../json/top-members.ts';
import { Failure } from '../../platform/failure.ts';
import { chosenMember } from '../../platform/rendezvous.ts';
import type { Endpoint } from '../../proxy/openai/endpoint.ts';
import type { HandOn } from '../../proxy/proxy.ts';
import { callReference, NAMING_MEMBERS } from '../../sessions/correlation.ts';
import type { CallReference } from '../../sessions/correlation.ts';
import type { Member } from './messages.ts';

/** The workers that serve now, as this one knows them. */
export class CallOwners {
  readonly #self: Member;
  #members: readonly Member[] = [];

  constructor(self: Member) {
    this.#self = self;
  }

  update(members: readonly Member[]): void {
    this.#members = members;
  }

  /** Returns the other worker that keeps the call of an agent; null where this one does, or none is known. */
  ownerOf(agentId: string, call: string): Member | null {
    const chosen = chosenMember(`${agentId}|${call}`, this.#members);
    return chosen === null || chosen.number === this.#self.number ? null : chosen;
  }
}

/**
 * Returns the name of a request's call; null where it has none, or one that only a long body tells. The credential is no
 * part of it: the turns of two callers with one name for their calls may meet in one worker.
 */
export function callName(
  headers: IncomingMessage['headers'],
  rawBody: Uint8Array,
  endpoint: Pick<Endpoint, 'kept'>,
): string | null {
  const named = nameOf(callReference(headers, null));
  if (named !== null) return named;
  const members = topMembers(rawBody, NAMING_MEMBERS);
  return nameOf(callReference({}, members, endpoint.kept(members)));
}

function nameOf(reference: CallReference): string | null {
  switch (reference.by) {
    case 'key':
      return reference.key;
    case 'session':
      return reference.sessionId;
    case 'nothing':
      return null;
  }
}

/** Hands requests of the proxy on. A request that was handed on once is served. */
export function createHandOn(owners: CallOwners, handOver: HandOver): HandOn {
  return async ({ agentId, endpoint, request, rawBody, response }) => {
    if (wasHandedOver(request)) return false;
    const call = callName(request.headers, rawBody, endpoint);
    const owner = call === null ? null : owners.ownerOf(agentId, call);
    if (owner === null) return false;
    switch (await handOver.send(request, rawBody, response, owner.socketPath)) {
      case 'answered':
        return true;
      case 'unreachable':
        return false;
      case 'lost':
        throw new Failure('internal_error', 'The worker that had this call ended. The turn may have been sent.');
    }
  };
}

const RETELL_CALL = /^\/retell\/([^/?]+)\/([^/?]+)\/?(?:\?|$)/;

/** Carries a call of Retell to its worker. Resolves with false where that is this one. */
export async function carryRetellCall(
  owners: CallOwners,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<boolean> {
  const [, agentId = '', call] = RETELL_CALL.exec(request.url ?? '') ?? [];
  const owner = call === undefined ? null : owners.ownerOf(agentId, call);
  return owner !== null && carryUpgrade(request, socket, head, owner.socketPath);
}
