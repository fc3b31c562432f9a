/** Before anything is timed: does a target do what it is timed for? */
import { request } from 'undici';
import { PLANTED, singleTurn } from './call-turn.ts';
import { CONTENT_CHUNKS } from './answer-shape.ts';
import { Connection } from './connection.ts';
import { StampedStream } from './sse-reader.ts';
import { isMasker } from './figures.ts';
import type { Target } from './targets.ts';

/**
 * Sends one request of each form. Of Masker also: none of the planted personal data reached the stub; of the others,
 * all did, so that the check itself is known to see them.
 * @throws Error that says what was not as it should be.
 */
export async function checkTarget(target: Target, stub: URL): Promise<void> {
  const connection = new Connection(target);
  try {
    for (const streamed of [false, true]) {
      const stream = new StampedStream();
      const parts: Buffer[] = [];
      await connection.send(singleTurn(streamed), (bytes) => {
        stream.push(bytes);
        parts.push(bytes);
      });
      const whole = streamed
        ? stream.done && stream.chunks === CONTENT_CHUNKS
        : answersThanks(Buffer.concat(parts).toString());
      if (!whole)
        throw new Error(`the ${streamed ? 'stream' : 'JSON answer'} did not come through as the stub sent it`);
      const { body } = await request(new URL('/last', stub));
      const arrived = await body.text();
      const seen = PLANTED.filter((value) => arrived.includes(value)).length;
      if (seen !== (isMasker(target.name) ? 0 : PLANTED.length))
        throw new Error(`${seen} of ${PLANTED.length} planted values reached the stub`);
    }
  } catch (error) {
    throw new Error(`${target.name} cannot be measured: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  } finally {
    await connection.close();
  }
}

function answersThanks(text: string): boolean {
  const { choices } = JSON.parse(text) as { choices?: { message?: { content?: unknown } }[] };
  const content = choices?.[0]?.message?.content;
  return typeof content === 'string' && content.startsWith('Thank you');
}
