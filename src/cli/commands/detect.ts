/** `masker detect`: what detection finds in a text, without a server. See docs/operations.md, Commands. */
import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import { DETECTOR_VERSION } from '../../detection/detection.ts';
import { explain } from '../../detection/explain.ts';
import { DEFAULT_RULES } from '../../detection/rules.ts';
import type { DetectionRules } from '../../detection/span.ts';
import { parsePolicy } from '../../policy/parse.ts';
import { detectionRules } from '../../policy/policy.ts';
import { CommandFailure, EXIT } from './client/command-failure.ts';
import { kidIn } from './client/policy-commands.ts';
import { answerLines } from './json-lines.ts';
import { unreadable } from './unreadable-file.ts';

export interface DetectOptions {
  /** A file to read instead of the standard input. */
  readonly input?: string;
  /** A policy file; by default every kind but ORG is looked for. */
  readonly policy?: string;
  /** Least confidence of what a model pass reports, 0 to 1, for every kind. */
  readonly threshold?: string;
  /** Whether to say what was considered and why it was reported or not. */
  readonly explain?: boolean;
  /** Whether the input has an object in each line, and so has the output. */
  readonly jsonl?: boolean;
  /** Whether no progress is shown. */
  readonly quiet?: boolean;
}

/**
 * One JSON object, for the standard output. `text` of each span is what was found: whoever asks has the text.
 * Throws StartError for a file that cannot be read, a policy with problems, or a threshold that is none.
 */
export async function detectText(options: DetectOptions, stdin: NodeJS.ReadableStream): Promise<string> {
  const rules = withThreshold(
    options.policy === undefined ? DEFAULT_RULES : await rulesOf(options.policy),
    options.threshold,
  );
  const text = options.input === undefined ? await readAll(stdin) : await read(options.input, '--input');
  return JSON.stringify({ detector_version: DETECTOR_VERSION, ...found(text, rules, options) }, null, 2);
}

function found(text: string, rules: DetectionRules, options: DetectOptions): Readonly<Record<string, unknown>> {
  const { spans, candidates } = explain(text, rules);
  const shown = spans.map((span) => ({ text: text.slice(span.start, span.end), ...span }));
  return { spans: shown, ...(options.explain === true ? { candidates } : {}) };
}

/**
 * Reads an object with `text` in each line, and writes one with `spans`, and its `id`, for each to `output`. Throws like
 * `detectText`, and CommandFailure for a line that is no such object: what was before it has been written.
 */
export async function detectLines(
  options: DetectOptions,
  stdin: NodeJS.ReadStream,
  output: NodeJS.WritableStream,
): Promise<void> {
  const rules = withThreshold(
    options.policy === undefined ? DEFAULT_RULES : await rulesOf(options.policy),
    options.threshold,
  );
  await answerLines({ ...options, label: 'Searching', stdin, output }, (text) => found(text, rules, options));
}

async function rulesOf(path: string): Promise<DetectionRules> {
  const text = await read(path, '--policy');
  const parsed = parsePolicy(text, { kids: new Set([kidIn(text)]) });
  if (parsed.ok) return detectionRules(parsed.policy);
  throw new CommandFailure(
    EXIT.policyInvalid,
    `the policy is invalid:\n${parsed.problems.map(({ line, column, message }) => `${line}:${column}: ${message}`).join('\n')}`,
  );
}

function withThreshold(rules: DetectionRules, given: string | undefined): DetectionRules {
  if (given === undefined) return rules;
  const threshold = Number(given);
  if (given.trim() === '' || !(threshold >= 0 && threshold <= 1))
    throw new CommandFailure(EXIT.usage, '--threshold must be a number from 0 to 1');
  const kinds = Object.fromEntries(Object.entries(rules.kinds).map(([kind, rule]) => [kind, { ...rule, threshold }]));
  return { ...rules, kinds: { ...rules.kinds, ...kinds } };
}

function read(path: string, option: string): Promise<string> {
  return readFile(path, 'utf8').catch(unreadable(option, path));
}
