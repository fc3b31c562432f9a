/** `masker report`, and the parts of `masker audit` that ask a server. */
import { writeFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import type { Command } from 'commander';
import { z } from 'zod';
import { errorCode } from '../../../platform/error-code.ts';
import { CommandFailure, EXIT } from './command-failure.ts';
import { FIND_SESSIONS } from './operations.ts';
import { table } from './output.ts';
import { clientFor, note, say, withServer } from './remote-command.ts';
import type { RemoteOptions } from './remote-command.ts';

interface ReportOptions extends RemoteOptions {
  readonly sessionId?: string;
  readonly agentId?: string;
  readonly since?: string;
  readonly until?: string;
  readonly format: string;
  readonly disclose?: string;
  readonly purpose?: string;
  readonly output: string;
}

const VERIFIED = z.object({ ok: z.boolean(), event_count: z.number().nullable(), message: z.string() });

export function addReportCommand(program: Command): void {
  withServer(program.command('report'))
    .description('write the report of a session, an agent, or the whole account')
    .option('--session-id <id>', 'one session')
    .option('--agent-id <id>', 'the sessions of one agent')
    .option('--since <time>', 'sessions since then; by default 24h. Not with --session-id')
    .option('--until <time>', 'sessions before then. Not with --session-id')
    .option('--format <format>', 'json, pdf, bundle, disclosure, ocsf, fhir or cef', 'json')
    .option('--disclose <members>', 'with --format disclosure: the members that are open, by commas; all without it')
    .option('--purpose <text>', 'what the report is read for; stays on record')
    .requiredOption('--output <file>', 'where to write it; - for the standard output')
    .action(async (options: ReportOptions) => {
      const { format, disclose, since, until, purpose, output } = options;
      const headers = purposeHeader(purpose);
      const client = await clientFor(options);
      const bytes = await client.bytes(reportPath(options), { query: { format, disclose, since, until }, headers });
      await write(output, bytes);
      if (output !== '-') note(options, `Wrote ${output}, ${bytes.length} bytes.`);
    });
}

/** Adds to `masker audit` what a server is asked. */
export function addAuditCommands(audit: Command): void {
  withServer(audit.command('verify'))
    .description('have the server verify the journal of a session, and its place in the account log')
    .requiredOption('--session-id <id>', 'the session')
    .action(async (options: RemoteOptions & { sessionId: string }) => {
      const body = { session_id: options.sessionId };
      const verdict = VERIFIED.parse(await (await clientFor(options)).call('POST', '/audit/verify', { body }));
      say(options, { text: `${verdict.message} (${verdict.event_count ?? 0} entries)`, json: verdict });
      if (!verdict.ok) process.exitCode = EXIT.command;
    });
  withServer(audit.command('checkpoint'))
    .description('print the newest checkpoint of the account log, a signed note')
    .action(async (options: RemoteOptions) => {
      const bytes = await (await clientFor(options)).bytes('/audit/checkpoint', { headers: { accept: 'text/plain' } });
      const text = Buffer.from(bytes).toString('utf8');
      say(options, { text: text.trimEnd(), json: { checkpoint: text } });
    });
}

/** Adds `masker audit find` and `masker audit subject`: what an auditor has leads to sessions. */
export function addSearchCommands(audit: Command): void {
  withServer(audit.command('find'))
    .description('find sessions by what an auditor has; the newest 100')
    .option('--call-id <id>', 'the ID of the call at the platform')
    .option('--session-id <id>', 'the session')
    .option('--report-id <id>', 'a report: the sessions that it is about')
    .option('--day <day>', 'a day in UTC, 2026-11-30, or several, 2026-11-01/2026-11-30')
    .option('--request-sha256 <hash>', 'the hash of the bytes that a provider got')
    .action(async (options: RemoteOptions & Readonly<Record<(typeof HELD)[number], string | undefined>>) => {
      const held = Object.fromEntries(HELD.map((name) => [name, options[name]]));
      // By GraphQL, because a call's ID may be a telephone number: an address may be logged on the way.
      const { auditFind: found } = FOUND.parse(await (await clientFor(options)).graphql(FIND_SESSIONS, held));
      const sessions = found.edges.map(({ node }) => node);
      say(options, { text: table(sessions, ['id', 'agentId', 'startedAt', 'sealedAt', 'status']), json: sessions });
    });
  withServer(audit.command('subject'))
    .description('find the sessions that hold a value, which is read from the standard input; the search is on record')
    .option('--kind <kind>', 'only as this kind of identifier, such as PHONE')
    .option('--cursor <cursor>', 'next_cursor of the page before')
    .option('--purpose <text>', 'what the search is for; stays on record')
    .action(async (options: RemoteOptions & { kind?: string; cursor?: string; purpose?: string }) => {
      const value = (await readAll(process.stdin)).replace(/\r?\n$/, '');
      const body = { value, kind: options.kind, cursor: options.cursor };
      const headers = purposeHeader(options.purpose);
      const subject = await (await clientFor(options)).call('POST', '/audit/subject', { body, headers });
      say({ ...options, json: true }, { text: '', json: subject });
    });
}

const HELD = ['callId', 'sessionId', 'reportId', 'day', 'requestSha256'] as const;
const FOUND = z.object({
  auditFind: z.object({ edges: z.array(z.object({ node: z.record(z.string(), z.unknown()) })) }),
});

/** The header that puts a purpose on record, in UTF-8. */
function purposeHeader(purpose: string | undefined): Readonly<Record<string, string>> {
  return purpose === undefined ? {} : { 'masker-purpose': Buffer.from(purpose).toString('latin1') };
}

function reportPath({ sessionId, agentId }: ReportOptions): string {
  if (sessionId !== undefined && agentId !== undefined)
    throw new CommandFailure(EXIT.usage, 'give --session-id or --agent-id, not both');
  if (sessionId !== undefined) return `/sessions/${encodeURIComponent(sessionId)}/report`;
  return agentId === undefined ? '/reports' : `/agents/${encodeURIComponent(agentId)}/report`;
}

async function write(output: string, bytes: Uint8Array): Promise<void> {
  if (output === '-') {
    process.stdout.write(bytes);
    return;
  }
  try {
    await writeFile(output, bytes, { mode: 0o600 });
  } catch (error) {
    throw new CommandFailure(EXIT.generic, `${output} cannot be written (${errorCode(error) ?? 'unknown error'})`);
  }
}
