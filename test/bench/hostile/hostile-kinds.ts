/** Everything that is sent to hold the event loop. */
import { ANSWERED_BODIES } from './answered-bodies.ts';
import { CHAT_BODIES } from './chat-bodies.ts';
import type { HostileKind } from './hostile-kind.ts';
import { OTHER_BODIES } from './other-bodies.ts';
import { WIDE_BODIES } from './wide-bodies.ts';

export const HOSTILE_KINDS: readonly HostileKind[] = [
  ...CHAT_BODIES,
  ...WIDE_BODIES,
  ...OTHER_BODIES,
  ...ANSWERED_BODIES,
];
