/** `masker unmask`: restores what `masker mask --scheme reversible-aead` made under the same keys. */
import type { Environment } from '../../../platform/config.ts';
import { findTokens } from '../../../tokens/grammar.ts';
import { createUnlinkedIssuer, TokenKeys } from '../../../tokens/issuer.ts';
import { CommandFailure, EXIT } from '../client/command-failure.ts';
import { configure } from '../configure.ts';
import { answerLines } from '../json-lines.ts';
import { configuredRing, LOCAL_ACCOUNT, LOCAL_SESSION } from './local-tokens.ts';
import { inputText } from './mask.ts';

export interface UnmaskOptions {
  /** A file to read instead of the standard input. */
  readonly input?: string;
  readonly jsonl?: boolean;
  readonly quiet?: boolean;
}

/** What is printed of a text. */
export interface Unmasked {
  readonly text: string;
  /** Tokens that were replaced by their value. */
  readonly restored: number;
  /** Tokens that stay: of calls, of other keys, or without their value. */
  readonly left: number;
}

/** Fails with the exit code `command` where a token stays. Throws StartError and CommandFailure. */
export async function unmask(
  options: UnmaskOptions,
  env: Environment,
  stdin: NodeJS.ReadStream,
  output: NodeJS.WritableStream,
): Promise<void> {
  const open = opener(env);
  let left = 0;
  const answer = (text: string): Unmasked => {
    const unmasked = restored(text, open);
    left += unmasked.left;
    return unmasked;
  };
  if (options.jsonl === true) await answerLines({ ...options, label: 'Restoring', stdin, output }, answer);
  else output.write(`${JSON.stringify(answer(await inputText(options.input, stdin)), null, 2)}\n`);
  if (left > 0)
    throw new CommandFailure(
      EXIT.command,
      `${left} tokens stay: they are of calls, of another key, or do not carry their value.`,
    );
}

function opener(env: Environment): (token: string) => string | null {
  const ring = configuredRing(configure(env, { keysRequired: false }));
  const [kid] = ring === null ? [] : [...ring.kids()];
  if (ring === null || kid === undefined)
    throw new CommandFailure(
      EXIT.authentication,
      'No token key is set. Set MASKER_KEY_<KID> as it was for masker mask.',
    );
  const issuer = createUnlinkedIssuer(new TokenKeys(ring), 'reversible-aead', kid, LOCAL_ACCOUNT, LOCAL_SESSION);
  return (token) => issuer.open(token);
}

function restored(text: string, open: (token: string) => string | null): Unmasked {
  const found = findTokens(text);
  let count = 0;
  const plain = found.reduceRight((rest, { start, end }) => {
    const value = open(rest.slice(start, end));
    if (value === null) return rest;
    count += 1;
    return `${rest.slice(0, start)}${value}${rest.slice(end)}`;
  }, text);
  return { text: plain, restored: count, left: found.length - count };
}
