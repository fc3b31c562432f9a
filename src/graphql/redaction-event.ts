/** Redaction events: what the journal says of each value that was found. Never the value. */
import { z } from 'zod';
import { builder } from './builder.ts';

// Our own writing, read back: strict enough that a field the API promises is there.
const REDACTION_ENTRY = z.object({
  seq: z.int(),
  ts: z.iso.datetime(),
  event_id: z.string(),
  turn: z.int(),
  pass: z.string(),
  entity_kind: z.string(),
  span: z.tuple([z.int(), z.int()]),
  path: z.string(),
  confidence: z.number(),
  action: z.string(),
  token_kind: z.string().nullable(),
  kid: z.string().nullable(),
  speaker: z.string().nullable(),
});

export type RedactionEntry = z.infer<typeof REDACTION_ENTRY>;

/** The redaction that a journal entry's text tells of. Throws ZodError or SyntaxError where it tells of none: a bug, or a broken row. */
export function parseRedaction(body: string): RedactionEntry {
  return REDACTION_ENTRY.parse(JSON.parse(body));
}

export const SpanType = builder.objectRef<readonly [number, number]>('Span').implement({
  description: 'UTF-16 code units [start, end) of the string that `path` points to.',
  fields: (t) => ({
    start: t.int({ resolve: ([start]) => start }),
    end: t.int({ resolve: ([, end]) => end }),
  }),
});

export const RedactionEventType = builder.objectRef<RedactionEntry>('RedactionEvent').implement({
  description: 'One value that was found and replaced; never the value itself.',
  authScopes: { permission: 'sessions:read' },
  fields: (t) => ({
    eventId: t.exposeID('event_id'),
    seq: t.exposeInt('seq', { description: 'Place in the session’s journal.' }),
    turn: t.exposeInt('turn', { description: 'Number of the turn, from 1.' }),
    at: t.field({ type: 'DateTime', resolve: ({ ts }) => new Date(ts) }),
    pass: t.exposeString('pass', { description: 'The detection pass that found it.' }),
    entityKind: t.exposeString('entity_kind'),
    span: t.field({ type: SpanType, resolve: ({ span }) => span }),
    path: t.exposeString('path', { description: 'JSON Pointer into the request.' }),
    confidence: t.exposeFloat('confidence', { description: '0 to 1.' }),
    action: t.exposeString('action', { description: 'tokenize, redact or passthrough.' }),
    tokenKind: t.exposeString('token_kind', { nullable: true, description: 'Format of the token, such as MSKV1.' }),
    kid: t.exposeString('kid', { nullable: true, description: 'The key ring that the token was made under.' }),
    speaker: t.exposeString('speaker', { nullable: true }),
  }),
});
