/** Places a test call: one turn through the agent's own address, as a voice platform would send it. */
import { ApiFailure, offlineFailure } from '../../api/failure.ts';
import { modelOf } from './snippets.ts';
import type { Connection } from './snippets.ts';

/** What came of a call, as far as it has gone. */
export interface CallProgress {
  readonly sessionId: string | null;
  readonly answer: string;
}

/**
 * Sends the words and reports the answer while it streams. Throws ApiFailure. The request goes to this origin, whatever address
 * the server has elsewhere, and carries no cookie.
 */
export async function placeCall(
  connection: Pick<Connection, 'proxyUrl' | 'upstream'>,
  { words, key, callId }: { readonly words: string; readonly key: string; readonly callId: string },
  onProgress: (progress: CallProgress) => void,
): Promise<void> {
  const { upstream, proxyUrl } = connection;
  const body = {
    model: modelOf(upstream),
    stream: true,
    messages: [{ role: 'user', content: words }],
  };
  const response = await fetch(new URL(proxyUrl).pathname, {
    method: 'POST',
    credentials: 'omit',
    headers: {
      'content-type': 'application/json',
      'x-call-id': callId,
      ...(key === '' ? {} : { authorization: `Bearer ${key}` }),
    },
    body: JSON.stringify(body),
  }).catch(() => null);
  if (response === null) throw offlineFailure();
  if (!response.ok || response.body === null) throw await refusal(response);
  const sessionId = response.headers.get('masker-session-id');
  let answer = '';
  onProgress({ sessionId, answer });
  for await (const text of deltas(response.body)) {
    answer += text;
    onProgress({ sessionId, answer });
  }
}

async function refusal(response: Response): Promise<ApiFailure> {
  const body = (await response.json().catch(() => null)) as { error?: { code?: string; message?: string } } | null;
  return new ApiFailure(
    body?.error?.code ?? 'unknown',
    body?.error?.message ?? `The agent answered ${response.status}.`,
  );
}

async function* deltas(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + value).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const text = deltaOf(line);
      if (text !== '') yield text;
    }
  }
}

function deltaOf(line: string): string {
  if (!line.startsWith('data: {')) return '';
  const event = JSON.parse(line.slice(6)) as {
    readonly choices?: readonly { readonly delta?: { readonly content?: unknown } }[];
  };
  const content = event.choices?.[0]?.delta?.content;
  return typeof content === 'string' ? content : '';
}
