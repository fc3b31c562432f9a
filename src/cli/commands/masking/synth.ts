/** `masker synth`: replaces the identifiers of a text by surrogates, here or on a server. See docs/synthetic.md. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { createOneShotMasking } from '../../../masking/turn/one-shot-masking.ts';
import { LONGEST_SEED, OneShotSynthesis } from '../../../masking/turn/one-shot-synthesis.ts';
import { SearchPool } from '../../../masking/turn/long-texts/search-pool.ts';
import type { Environment } from '../../../platform/config.ts';
import { TokenKeys } from '../../../tokens/issuer.ts';
import { CommandFailure, EXIT } from '../client/command-failure.ts';
import { kidIn } from '../client/policy-commands.ts';
import { clientFor } from '../client/remote-command.ts';
import type { RemoteOptions } from '../client/remote-command.ts';
import { configure } from '../configure.ts';
import { answerLines } from '../json-lines.ts';
import { unreadable } from '../unreadable-file.ts';
import { LOCAL_ACCOUNT, ringOfOneRun } from './local-tokens.ts';
import { inputText, policyFor } from './mask.ts';

export interface SynthOptions extends RemoteOptions {
  /** A file to read instead of the standard input. */
  readonly input?: string;
  /** A policy file; by default MASKER_POLICY_PATH, with a server its default policy. */
  readonly policy?: string;
  /** The same seed gives the same surrogates; by default it is drawn, once for a run. */
  readonly seed?: string;
  readonly jsonl?: boolean;
}

const SYNTHETIC = z.looseObject({
  text: z.string(),
  events: z.array(z.unknown()),
  policy_name: z.string(),
  policy_version: z.int(),
});

interface Synthesizer {
  synthesize(text: string): Promise<z.infer<typeof SYNTHETIC>>;
  close(): Promise<void>;
}

const SEED_BYTES = 32;

/** Prints the new text; with `json` its events too. Throws StartError and CommandFailure. */
export async function synth(
  options: SynthOptions,
  env: Environment,
  stdin: NodeJS.ReadStream,
  output: NodeJS.WritableStream,
): Promise<void> {
  const seed = seedOf(options);
  const made = options.server === undefined ? await here(options, env, seed) : await there(options, seed);
  try {
    if (options.jsonl === true)
      await answerLines({ ...options, label: 'Replacing', stdin, output }, (text) => made.synthesize(text));
    else {
      const synthetic = await made.synthesize(await inputText(options.input, stdin));
      output.write(options.json === true ? `${JSON.stringify(synthetic, null, 2)}\n` : synthetic.text);
    }
  } finally {
    await made.close();
  }
}

function seedOf({ seed }: SynthOptions): string {
  if (seed === undefined) return randomBytes(SEED_BYTES).toString('hex');
  if (seed === '' || seed.length > LONGEST_SEED)
    throw new CommandFailure(EXIT.usage, `--seed must have 1 to ${LONGEST_SEED} characters`);
  return seed;
}

async function here(options: SynthOptions, env: Environment, seed: string): Promise<Synthesizer> {
  const config = configure(env, { keysRequired: false });
  const file = options.policy ?? config.policyPath;
  const text = await readFile(file, 'utf8').catch(unreadable('--policy', file));
  // No token is made to last: the key of this run will do.
  const ring = ringOfOneRun(kidIn(text));
  const policy = policyFor({}, text, ring);
  const searcher = new SearchPool();
  const masking = createOneShotMasking(new TokenKeys(ring), { searcher, maxTextLength: config.maxTextLength });
  const synthesis = new OneShotSynthesis(masking);
  return {
    synthesize: async (said) => {
      const made = await synthesis.synthesise(LOCAL_ACCOUNT, said, policy, seed);
      return { text: made.text, events: [...made.events], policy_name: policy.name, policy_version: policy.version };
    },
    close: async () => {
      await synthesis.close();
      await searcher.close();
    },
  };
}

async function there(options: SynthOptions, seed: string): Promise<Synthesizer> {
  const { policy: file } = options;
  const yaml = file === undefined ? null : await readFile(file, 'utf8').catch(unreadable('--policy', file));
  const client = await clientFor(options);
  return {
    synthesize: async (text) => {
      const body = { text, seed, ...(yaml === null ? {} : { policy_yaml: yaml }) };
      const {
        text: made,
        events,
        policy_name,
        policy_version,
      } = SYNTHETIC.parse(await client.call('POST', '/synthesize', { body }));
      return { text: made, events, policy_name, policy_version };
    },
    close: () => Promise.resolve(),
  };
}
