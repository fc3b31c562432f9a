/** The body of an upstream's answer: the same bytes however they come and are read, with a bound to what waits. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AnswerBody } from '../../../../src/proxy/upstream/answer-body.ts';

interface Upstream {
  readonly body: AnswerBody;
  /** What the body asked of its connection, in order. */
  readonly asked: string[];
}

function upstream(): Upstream {
  const asked: string[] = [];
  const body = new AnswerBody({
    pause: () => {
      asked.push('pause');
    },
    resume: () => {
      asked.push('resume');
    },
    abort: () => {
      asked.push('abort');
    },
  });
  return { body, asked };
}

async function readAll(body: AnswerBody): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** Lets everything run that is ready. */
const settle = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

test('a body is read whole and in order, however pushes and reads are interleaved', async () => {
  const step = fc.oneof(
    fc.string({ minLength: 1, maxLength: 5 }).map((text) => ({ push: text })),
    fc.constant('settle' as const),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.nat(30), async (steps, readFrom) => {
      const { body, asked } = upstream();
      let reading: Promise<string> | null = null;
      for (const [at, each] of steps.entries()) {
        if (at === readFrom) reading = readAll(body);
        if (each === 'settle') await settle();
        else body.push(Buffer.from(each.push, 'utf8'));
      }
      body.end(null);
      const pushed = steps.map((each) => (each === 'settle' ? '' : each.push)).join('');
      expect(await (reading ?? readAll(body))).toBe(Buffer.from(pushed, 'utf8').toString('utf8'));
      expect(asked).toEqual([]);
    }),
  );
});

describe('what waits for the reader', () => {
  const part = Buffer.alloc(16_384);

  test('is bounded: from 64 KiB on the upstream waits, until less than that does', async () => {
    const { body, asked } = upstream();
    for (let count = 0; count < 3; count += 1) body.push(part);
    expect(asked).toEqual([]);
    body.push(part);
    body.push(part);
    expect(asked).toEqual(['pause']);
    await body.next();
    expect(asked).toEqual(['pause']);
    await body.next();
    expect(asked).toEqual(['pause', 'resume']);
    await body.next();
    expect(asked).toEqual(['pause', 'resume']);
  });

  test('is nothing where the reader is faster', async () => {
    const { body, asked } = upstream();
    for (let count = 0; count < 20; count += 1) {
      const next = body.next();
      body.push(part);
      expect((await next).value).toBe(part);
    }
    expect(asked).toEqual([]);
  });

  test('may be more than the bound in one piece', async () => {
    const { body, asked } = upstream();
    body.push(Buffer.alloc(1_000_000, 'x'));
    body.end(null);
    expect(await readAll(body)).toHaveLength(1_000_000);
    expect(asked).toEqual(['pause', 'resume']);
  });
});

describe('a body that breaks off', () => {
  test('rejects the reader who waits, and every later one', async () => {
    const { body } = upstream();
    body.push(Buffer.from('a'));
    const reading = readAll(body);
    await settle();
    body.end(new Error('reset'));
    await expect(reading).rejects.toThrow('reset');
    await expect(body.next()).rejects.toThrow('reset');
  });

  test('before anybody reads is an error at once: half an answer is worth nothing', async () => {
    const { body } = upstream();
    body.push(Buffer.from('a'));
    body.end(new Error('reset'));
    await expect(readAll(body)).rejects.toThrow('reset');
  });

  test('after its end is none: the first end counts', async () => {
    const { body } = upstream();
    body.push(Buffer.from('all'));
    body.end(null);
    const reading = readAll(body);
    await reading;
    body.end(new Error('reset'));
    expect(await reading).toBe('all');
    expect(await body.next()).toEqual({ done: true, value: undefined });
  });
});

describe('a reader who leaves', () => {
  test('gives the answer up', async () => {
    const { body, asked } = upstream();
    body.push(Buffer.from('a'));
    for await (const chunk of body) {
      expect(Buffer.from(chunk).toString()).toBe('a');
      break;
    }
    expect(asked).toEqual(['abort']);
  });

  test('gives nothing up where the answer has ended', async () => {
    const { body, asked } = upstream();
    body.push(Buffer.from('a'));
    body.end(null);
    for await (const chunk of body) {
      expect(chunk).toHaveLength(1);
      break;
    }
    expect(asked).toEqual([]);
  });
});
