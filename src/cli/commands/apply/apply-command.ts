/** `masker apply`: brings the agents, policies and webhooks of a server to what files say. See docs/operations.md, Apply. */
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { errorCode } from '../../../platform/error-code.ts';
import { CommandFailure, EXIT } from '../client/command-failure.ts';
import { printable } from '../client/printable.ts';
import { clientFor, say } from '../client/remote-command.ts';
import type { RemoteOptions } from '../client/remote-command.ts';
import { confirm } from '../operator/confirm.ts';
import { terminalOf } from '../client/terminal.ts';
import type { Colour, Terminal } from '../client/terminal.ts';
import { faultLine, readDocuments } from './documents.ts';
import type { Fault } from './documents.ts';
import { execute } from './execute.ts';
import type { ShownSecret } from './execute.ts';
import { makePlan } from './plan.ts';
import type { FieldChange, Plan, Step } from './plan.ts';
import { SecretKeeper } from './secret-keeper.ts';

export interface ApplyOptions extends RemoteOptions {
  /** A folder with `*.yaml`, or one such file. */
  readonly file: string;
  /** Only say what would be done. */
  readonly plan?: boolean;
  /** Delete what has no document, of the kinds that have any. */
  readonly prune?: boolean;
  /** Delete without asking. */
  readonly yes?: boolean;
  /** A new file for the secrets that are shown once; else they are printed. */
  readonly secretsFile?: string;
}

/**
 * Reads and checks everything first; then writes what differs. Throws CommandFailure for documents that are wrong, before
 * anything is written.
 */
export async function apply(options: ApplyOptions): Promise<void> {
  const { wanted, faults } = await readDocuments(options.file, process.env);
  refuse(faults);
  const client = await clientFor(options);
  const plan = await makePlan(client, wanted, options.prune === true);
  refuse(plan.faults);
  const terminal = terminalOf(process.stdout, process.env);
  if (options.plan === true) {
    say(options, { text: planText(plan, terminal), json: planJson(plan, []) });
    return;
  }
  await confirmDeletions(plan, options);
  const { secretsFile } = options;
  const file = secretsFile === undefined ? null : await newFile(secretsFile);
  const secrets = new SecretKeeper(file);
  if (options.json !== true) console.log(planText(plan, terminal));
  try {
    await execute(client, plan, (shown) => secrets.keep(shown));
  } finally {
    await file?.close();
    // Also where a later object was refused: what a server shows once would be lost.
    if (options.json === true) console.log(JSON.stringify(planJson(plan, secrets.toPrint), null, 2));
    else
      for (const each of secrets.toPrint)
        console.log(`Secret of ${each.kind} ${printable(each.name)}, shown once: ${each.secret}`);
  }
}

function refuse(faults: readonly Fault[]): void {
  if (faults.length === 0) return;
  const ofPolicies = faults.every(
    ({ field, message }) => field.startsWith('spec.') && message.endsWith('of the policy)'),
  );
  throw new CommandFailure(
    ofPolicies ? EXIT.policyInvalid : EXIT.command,
    `nothing was written; correct ${faults.length === 1 ? 'this' : 'these'} first:\n${printable(faults.map(faultLine).join('\n'))}`,
  );
}

async function newFile(path: string): Promise<FileHandle> {
  return open(path, 'wx', 0o600).catch((error: unknown) => {
    throw new CommandFailure(
      EXIT.usage,
      `--secrets-file ${path} must be a new file (${errorCode(error) ?? 'unknown error'})`,
    );
  });
}

async function confirmDeletions({ steps }: Plan, { yes }: ApplyOptions): Promise<void> {
  const gone = steps.filter(({ action }) => action === 'delete');
  if (gone.length === 0) return;
  const names = gone.map(({ kind, name }) => `${kind} ${printable(name)}`).join(', ');
  await confirm(`This deletes ${names}.`, yes);
}

const MARKS: Readonly<Record<Step['action'], readonly [string, Colour]>> = {
  create: ['+', 'green'],
  update: ['~', 'yellow'],
  unchanged: ['=', 'dim'],
  delete: ['-', 'red'],
};
/** Longer values are cut in the plan: a policy has pages. */
const SHOWN_LENGTH = 80;

function planText({ steps }: Plan, terminal: Terminal): string {
  const lines = steps.flatMap(({ action, kind, name, changes }) => {
    const [mark, colour] = MARKS[action];
    const shown = action === 'update' || action === 'create' ? changes : [];
    return [
      terminal.paint(colour, `${mark} ${kind} ${printable(name)} (${action})`),
      ...shown.map((change) => `    ${changeLine(change, action === 'create')}`),
    ];
  });
  const count = (action: Step['action']): number => steps.filter((step) => step.action === action).length;
  const sums = `${count('create')} to create, ${count('update')} to update, ${count('delete')} to delete, ${count('unchanged')} unchanged.`;
  return [...lines, sums].join('\n');
}

function changeLine({ field, before, after }: FieldChange, isNew: boolean): string {
  const value = (shown: unknown): string => {
    const text = printable(shown === undefined ? 'none' : JSON.stringify(shown)).replaceAll('\n', ' ');
    return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
  };
  return isNew ? `${field}: ${value(after)}` : `${field}: ${value(before)} → ${value(after)}`;
}

function planJson({ steps }: Plan, secrets: readonly ShownSecret[]): unknown {
  return {
    steps: steps.map(({ action, kind, name, id, changes }) => ({
      action,
      kind,
      name,
      id,
      changes: changes.map(({ field, before, after }) => ({ field, before: before ?? null, after: after ?? null })),
    })),
    secrets,
  };
}
