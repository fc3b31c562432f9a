/** Exports: streams of lines that no operation of GraphQL can give. The services decide what is in them. */
import { z } from 'zod';
import { REPORT_SINCE, reportWindow } from '../graphql/report.ts';
import { sinceArgument } from '../graphql/session-filter.ts';
import { ENTRY_FORMATS, entryPlace, sessionPlace } from '../reports/exports.ts';
import type { EntryFormat } from '../reports/exports.ts';
import type { Route } from './route.ts';
import { defineStreamRoute } from './stream-route.ts';

const JSON_LINES = 'application/x-ndjson; charset=utf-8';
const TYPES: Readonly<Record<EntryFormat, string>> = {
  jsonl: JSON_LINES,
  ocsf: JSON_LINES,
  fhir: 'application/fhir+ndjson; charset=utf-8',
  cef: 'text/plain; charset=utf-8',
};

const WINDOW = {
  since: sinceArgument.default(REPORT_SINCE).meta({
    description: 'Sessions that began then or later: 1h, 24h, 7d, 30d or a moment in ISO 8601.',
  }),
  until: sinceArgument.optional().meta({ description: 'Sessions that began before then; default the present.' }),
};
const NOT_A_CURSOR = 'This is not a cursor of this export.';

const exportSessions = defineStreamRoute({
  path: '/exports/sessions',
  operationId: 'exportSessions',
  summary: 'The sessions of the account that began within a window, as JSON lines. Each line has the cursor after it.',
  permission: 'sessions:read',
  query: z.strictObject({
    ...WINDOW,
    format: z.enum(['jsonl']).default('jsonl').meta({ description: 'JSON lines.' }),
    cursor: z
      .string()
      .refine((text) => sessionPlace(text) !== null, NOT_A_CURSOR)
      .optional()
      .meta({ description: 'Go on after a line: its cursor, sess_...' }),
  }),
  types: [JSON_LINES],
  open: async ({ since, until, cursor }, { services, viewer, purpose }) => {
    const window = reportWindow(since, until, Date.now());
    const after = cursor === undefined ? null : sessionPlace(cursor);
    const lines = await services.exports.sessions(viewer, { window, after }, purpose);
    return { type: JSON_LINES, name: 'sessions.jsonl', lines };
  },
});

const exportEntries = defineStreamRoute({
  path: '/exports/entries',
  operationId: 'exportEntries',
  summary:
    'The journal entries of the sessions that began within a window, one a line: as they are stored, or in the form of another tool.',
  permission: 'audit:read',
  query: z.strictObject({
    ...WINDOW,
    format: z.enum(ENTRY_FORMATS).default('jsonl').meta({
      description:
        'jsonl: as stored, with leaf hash and cursor; ocsf, fhir, cef: OCSF events, FHIR R4 resources, CEF lines, each entry verified.',
    }),
    cursor: z
      .string()
      .refine((text) => entryPlace(text) !== null, NOT_A_CURSOR)
      .optional()
      .meta({ description: 'Go on after an entry: its session and seq, sess_....12' }),
  }),
  types: [...new Set(Object.values(TYPES))],
  failures: ['report_generation_failed'],
  open: async ({ since, until, format, cursor }, { services, viewer, purpose }) => {
    const window = reportWindow(since, until, Date.now());
    const after = cursor === undefined ? null : entryPlace(cursor);
    const lines = await services.exports.entries(viewer, { window, after, format }, purpose);
    return { type: TYPES[format], name: format === 'cef' ? 'entries.cef' : `entries.${format}.jsonl`, lines };
  },
});

export const EXPORT_ROUTES: readonly Route[] = [exportSessions, exportEntries];
