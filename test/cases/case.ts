/** Given cases: inputs that must be masked, or must stay, whatever the build before made of them. Format: README.md. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const passage = z.union([
  z.string(),
  z.strictObject({ text: z.string(), after: z.string(), message: z.int().optional() }),
]);

const message = z.looseObject({ role: z.string(), content: z.unknown().optional() });

const schema = z.strictObject({
  id: z.string(),
  kind: z.string(),
  mode: z.enum(['detect', 'turn', 'call']),
  text: z.string().optional(),
  messages: z.array(message).optional(),
  request: z.record(z.string(), z.unknown()).optional(),
  leak: z.array(passage),
  keep: z.array(passage),
  same: z.array(z.array(z.string())).optional(),
  known: z.array(z.string()).optional(),
  upstream: z
    .strictObject({
      coding: z.enum(['gzip', 'br', 'deflate']).optional(),
      status: z.int().optional(),
      tool: z.strictObject({ name: z.string(), arg: z.string() }).optional(),
    })
    .optional(),
  restored: z.string().optional(),
  info: z.boolean().optional(),
  origin: z.string().optional(),
});

/** One case. */
export type Case = z.infer<typeof schema>;
export type Passage = z.infer<typeof passage>;
export type Message = z.infer<typeof message>;

/** The cases of a JSON-lines text. Throws an error that names the line for a case of another form. */
export function parseCases(text: string): Case[] {
  return text
    .split('\n')
    .map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, number }) => {
      const parsed = schema.safeParse(JSON.parse(line));
      if (!parsed.success) throw new Error(`Line ${number} is not a case: ${z.prettifyError(parsed.error)}`);
      return parsed.data;
    });
}

/** The cases of a file. */
export function readCases(file: string | URL): Case[] {
  return parseCases(readFileSync(file, 'utf8'));
}

/** The message lists of a case's requests: one for each turn of the caller or of a tool, with the history so far. */
export function requestsOf(given: Case): Message[][] {
  const messages = given.messages ?? [{ role: 'user', content: given.text ?? '' }];
  if (given.mode !== 'call') return [messages];
  return messages.flatMap(({ role }, index) =>
    role === 'user' || role === 'tool' ? [messages.slice(0, index + 1)] : [],
  );
}
