/** The doors of the HTTP server: what takes a request whose path is its own, and answers it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestId } from '../platform/ids.ts';
import type { LogContext } from '../platform/log.ts';
import type { UpgradeDoor } from './upgrades.ts';

/** Adds to the request's log line: the agent, once it is known to exist. */
export type Note = (context: Pick<LogContext, 'agent_id'>) => void;

/** A door of the server. Must end the response and must not reject. */
export type Door = (
  request: IncomingMessage,
  response: ServerResponse,
  requestId: RequestId,
  note: Note,
) => Promise<void> | void;

export interface ServerDoors {
  readonly graphql: Door;
  readonly proxy: Door;
  readonly rest: Door;
  /** Pages: `has` decides whether a request is for one. Where they are not given, their addresses are not found. */
  readonly pages?: { readonly has: (request: IncomingMessage) => boolean; readonly door: Door };
  /** Where one is not given, its addresses are not found. */
  readonly vapi?: Door;
  readonly bolna?: Door;
  readonly retellEvents?: Door;
  readonly elevenlabs?: Door;
  /** Where it is not given, a WebSocket is asked for in vain. */
  readonly retell?: UpgradeDoor;
}
