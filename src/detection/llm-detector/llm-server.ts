/** A server with a language model that finds identifiers. */
import { parseAnswer } from './answer.ts';
import type { Answer } from './answer.ts';
import type { Dialect } from './dialects.ts';
import { promptFor } from './prompt.ts';

/** Why a server gave no answer that can be used. */
export type ServerFault =
  /** No connection, or it broke. */
  | 'unreachable'
  /** It answered with a status other than 200. */
  | 'refused'
  /** What it said is not of the form asked for, not whole, or too large. */
  | 'bad_answer';

export type ServerAnswer = ({ readonly ok: true } & Answer) | { readonly ok: false; readonly fault: ServerFault };

/** Finds identifiers in texts. */
export interface LlmServer {
  /**
   * What the model calls identifiers in the texts; values may be invented. Never rejects; `signal` ends the request,
   * with any fault.
   */
  find(texts: readonly string[], signal: AbortSignal): Promise<ServerAnswer>;
}

/** What came back for a request. */
export interface Posted {
  readonly status: number;
  /** Null where it was larger than the client reads. */
  readonly text: string | null;
}

/** Sends JSON with POST. Rejects when no whole answer came: refused, reset, aborted. */
export type Post = (body: string, signal: AbortSignal) => Promise<Posted>;

/** The server behind `post`, which speaks `dialect` and has a model of this name. */
export function createLlmServer(dialect: Dialect, model: string, post: Post): LlmServer {
  return {
    find: async (texts, signal) => {
      let posted: Posted;
      try {
        posted = await post(JSON.stringify(dialect.request(model, promptFor(texts))), signal);
      } catch {
        return { ok: false, fault: 'unreachable' };
      }
      if (posted.status !== 200) return { ok: false, fault: 'refused' };
      const content = posted.text === null ? null : dialect.content(posted.text);
      const answer = content === null ? null : parseAnswer(content);
      return answer === null ? { ok: false, fault: 'bad_answer' } : { ok: true, ...answer };
    },
  };
}
