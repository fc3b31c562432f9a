/** The names that requests may have given a call, from the id that a person holds. See correlation.ts. */
import { callId } from './correlation.ts';

/** What correlation.ts writes before the ids of platforms that only some fields carry. */
const PLATFORMS = ['openai', 'elevenlabs'];

/** All names that a call with this id may have; empty where the text cannot be the id of a call. */
export function callNames(text: string): readonly string[] {
  const id = callId(text);
  if (id === null) return [];
  return [id, ...PLATFORMS.map((platform) => `${platform}/${id}`), `bolna/${id.toLowerCase()}`];
}
