/** `masker report`, and the parts of `masker audit` that ask a server. */
import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { z } from 'zod';
import { errorCode } from '../../platform/error-code.ts';
import { CommandFailure, EXIT } from './command-failure.ts';
import { clientFor, note, say, withServer } from './remote-command.ts';
import type { RemoteOptions } from './remote-command.ts';

interface ReportOptions extends RemoteOptions {
  readonly sessionId?: string;
  readonly agentId?: string;
  readonly since?: string;
  readonly until?: string;
  readonly format: string;
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
    .option('--format <format>', 'json, pdf, bundle, ocsf, fhir or cef', 'json')
    .option('--purpose <text>', 'what the report is read for; stays on record')
    .requiredOption('--output <file>', 'where to write it; - for the standard output')
    .action(async (options: ReportOptions) => {
      const { format, since, until, purpose, output } = options;
      const headers = purpose === undefined ? {} : { 'masker-purpose': Buffer.from(purpose).toString('latin1') };
      const client = await clientFor(options);
      const bytes = await client.bytes(reportPath(options), { query: { format, since, until }, headers });
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
