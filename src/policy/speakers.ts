/** Whose words a policy has searched. See docs/detection.md, Passes. */
import type { Policy } from './policy.ts';

/** The roles of chat completions. Any other speaker is the tag of a platform that tells voices apart. */
const ROLES: ReadonlySet<string> = new Set(['system', 'developer', 'user', 'assistant', 'tool', 'function']);

/**
 * Whether the words of this speaker are searched for identifiers; null is a speaker that nobody named. Values that the
 * call gave away before are replaced whoever repeats them: that is not asked here.
 *
 * Not knowing means searching. A role is held against the roles that the policy lists, a voice's tag against the tags;
 * where it lists none of that sort it says nothing of the speaker. So `speakers: [patient]` lets the clerk's words through
 * on a platform that tags voices, and on one that sends roles only it changes nothing.
 */
export function mayMaskSpeaker(
  { passes, speakers }: Pick<Policy, 'passes' | 'speakers'>,
  speaker: string | null,
): boolean {
  if (speakers === null || speaker === null || !passes.includes('diarize')) return true;
  const name = speaker.trim().toLowerCase();
  const comparable = speakers
    .map((listed) => listed.toLowerCase())
    .filter((listed) => ROLES.has(listed) === ROLES.has(name));
  return comparable.length === 0 || comparable.includes(name);
}
