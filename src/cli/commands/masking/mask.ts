/** `masker mask`: masks a text here, or has a server mask it. See docs/operations.md, Masking a text. */
import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import { z } from 'zod';
import { createOneShotMasking } from '../../../masking/turn/one-shot-masking.ts';
import type { MaskingEvent } from '../../../masking/turn/one-shot-masking.ts';
import { SearchPool } from '../../../masking/turn/long-texts/search-pool.ts';
import type { Environment } from '../../../platform/config.ts';
import { parsePolicy } from '../../../policy/parse.ts';
import type { Policy, PolicyPass } from '../../../policy/policy.ts';
import { TokenKeys } from '../../../tokens/issuer.ts';
import type { Tokenization } from '../../../tokens/issuer.ts';
import type { KeyRing } from '../../../tokens/key-ring.ts';
import { CommandFailure, EXIT } from '../client/command-failure.ts';
import { kidIn } from '../client/policy-commands.ts';
import { clientFor, note } from '../client/remote-command.ts';
import type { RemoteOptions } from '../client/remote-command.ts';
import { configure } from '../configure.ts';
import { answerLines } from '../json-lines.ts';
import { unreadable } from '../unreadable-file.ts';
import { configuredRing, LOCAL_ACCOUNT, LOCAL_SESSION, ringOfOneRun } from './local-tokens.ts';

const PASSES = ['regex', 'ner'] as const satisfies readonly PolicyPass[];

export interface MaskOptions extends RemoteOptions {
  /** A file to read instead of the standard input. */
  readonly input?: string;
  /** A policy file; by default MASKER_POLICY_PATH, with a server its default policy. */
  readonly policy?: string;
  readonly scheme?: Tokenization;
  /** Comma-separated. */
  readonly passes?: string;
  /** Fail where nothing was found. */
  readonly requireMatch?: boolean;
  readonly jsonl?: boolean;
}

/** What is printed of a text. */
export interface Masked {
  readonly masked: string;
  readonly events: readonly unknown[];
  readonly policy_name: string;
  readonly policy_version: number;
}

interface Masker {
  mask(text: string): Promise<Masked>;
  close(): Promise<void>;
}

/** Sets the exit code `command` where `requireMatch` finds a text without an identifier. Throws StartError and CommandFailure. */
export async function mask(
  options: MaskOptions,
  env: Environment,
  stdin: NodeJS.ReadStream,
  output: NodeJS.WritableStream,
): Promise<void> {
  const masker = options.server === undefined ? await localMasker(options, env) : await remoteMasker(options);
  let missing = 0;
  const answer = async (text: string): Promise<Masked> => {
    const masked = await masker.mask(text);
    if (masked.events.length === 0) missing += 1;
    return masked;
  };
  try {
    if (options.jsonl === true) await answerLines({ ...options, label: 'Masking', stdin, output }, answer);
    else output.write(`${JSON.stringify(await answer(await inputText(options.input, stdin)), null, 2)}\n`);
  } finally {
    await masker.close();
  }
  if (options.requireMatch === true && missing > 0)
    throw new CommandFailure(EXIT.command, 'Nothing was found to mask, and --require-match was given.');
}

/** The text of the file or of the standard input. Throws StartError. */
export async function inputText(file: string | undefined, stdin: NodeJS.ReadStream): Promise<string> {
  if (file === undefined) return readAll(stdin);
  return readFile(file, 'utf8').catch(unreadable('--input', file));
}

async function localMasker(options: MaskOptions, env: Environment): Promise<Masker> {
  const config = configure(env, { keysRequired: false });
  const file = options.policy ?? config.policyPath;
  const text = await readFile(file, 'utf8').catch(unreadable('--policy', file));
  const configured = configuredRing(config);
  if (configured === null && options.scheme === 'reversible-aead')
    throw new CommandFailure(
      EXIT.authentication,
      'No token key is set, so these tokens could not be opened. Set MASKER_KEY_<KID>: docs/configuration.md.',
    );
  const ring = configured ?? ringOfOneRun(kidIn(text));
  if (configured === null) note(options, 'No token key is set: the tokens are made under a key of this run alone.');
  const policy = policyFor(options, text, ring);
  const searcher = new SearchPool();
  const longTexts = { searcher, maxTextLength: config.maxTextLength };
  const once = createOneShotMasking(new TokenKeys(ring), longTexts, () => LOCAL_SESSION);
  return {
    mask: async (said) => {
      const { masked, events } = await once(LOCAL_ACCOUNT, said, policy);
      return { masked, events: events.map(shown), policy_name: policy.name, policy_version: policy.version };
    },
    close: () => searcher.close(),
  };
}

/** The same form as POST /mask has. */
const shown = ({ span, ...event }: MaskingEvent): object => ({ ...event, span: [span[0], span[1]] });

/** The policy of the text, with the scheme and the passes of the options. Throws CommandFailure. */
export function policyFor(
  { scheme, passes }: Pick<MaskOptions, 'scheme' | 'passes'>,
  text: string,
  ring: KeyRing,
): Policy {
  const parsed = parsePolicy(text, { kids: ring.kids() });
  if (!parsed.ok)
    throw new CommandFailure(
      EXIT.policyInvalid,
      `the policy is invalid:\n${parsed.problems.map(({ line, column, message }) => `${line}:${column}: ${message}`).join('\n')}`,
    );
  const { policy } = parsed;
  return {
    ...policy,
    tokenization: scheme ?? policy.tokenization,
    passes: passes === undefined ? policy.passes : passesOf(passes),
  };
}

function passesOf(text: string): readonly PolicyPass[] {
  const read = z
    .array(z.enum(PASSES))
    .min(1)
    .safeParse(text.split(',').map((pass) => pass.trim()));
  if (!read.success) throw new CommandFailure(EXIT.usage, `--passes must be some of ${PASSES.join(',')}`);
  return read.data;
}

const ANSWER = z.looseObject({
  masked: z.string(),
  events: z.array(z.unknown()),
  policy_name: z.string(),
  policy_version: z.int(),
});

async function remoteMasker(options: MaskOptions): Promise<Masker> {
  if (options.scheme !== undefined || options.passes !== undefined)
    throw new CommandFailure(
      EXIT.usage,
      '--scheme and --passes are for masking on this machine. With --server the policy says them: give one with --policy.',
    );
  const { policy: file } = options;
  const yaml = file === undefined ? null : await readFile(file, 'utf8').catch(unreadable('--policy', file));
  const client = await clientFor(options);
  return {
    mask: async (text) => {
      const body = { text, ...(yaml === null ? {} : { policy_yaml: yaml }) };
      const { masked, events, policy_name, policy_version } = ANSWER.parse(
        await client.call('POST', '/mask', { body }),
      );
      return { masked, events, policy_name, policy_version };
    },
    close: () => Promise.resolve(),
  };
}
