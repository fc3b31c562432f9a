import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { confirm } from '../../../../../src/cli/commands/operator/confirm.ts';
import type { Terminal } from '../../../../../src/cli/commands/operator/confirm.ts';

/** A terminal on which this is typed, and then the end of the input. */
function typing(text: string, isTTY = true): Terminal {
  const input = Object.assign(new PassThrough(), { isTTY });
  input.end(text);
  const output = Object.assign(new PassThrough(), { isTTY });
  return { input, output } as unknown as Terminal;
}

test.each(['yes\n', ' YES \n'])('resolves for the answer %j', async (answer) => {
  await expect(confirm('This erases.', undefined, typing(answer))).resolves.toBeUndefined();
});

test.each(['no\n', 'y\n', '\n', ''])(
  'rejects with exit code 1 for %j, also where the input ends there',
  async (answer) => {
    await expect(confirm('This erases.', undefined, typing(answer))).rejects.toMatchObject({ exitCode: 1 });
  },
);

test('rejects with exit code 64 without a terminal, and where its input was read to the end before', async () => {
  await expect(confirm('This erases.', undefined, typing('yes\n', false))).rejects.toMatchObject({ exitCode: 64 });
  const read = typing('a value');
  await read.input.toArray();
  await expect(confirm('This erases.', undefined, read)).rejects.toMatchObject({ exitCode: 64 });
});

test('asks nothing where --yes was given', async () => {
  await expect(confirm('This erases.', true, typing('no\n'))).resolves.toBeUndefined();
});
