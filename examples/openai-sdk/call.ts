/**
 * A call of two turns through the OpenAI SDK. The answer streams with the real values, and the model has seen none of them.
 *
 *     npx tsx examples/openai-sdk/call.ts
 */
import OpenAI from 'openai';
import { MASKER_TOKEN, MASKER_URL } from '../connection.ts';

interface NewAgent {
  readonly agent: { readonly id: string; readonly base_url: string };
  readonly proxy_key: { readonly key: string } | null;
}

const created = await fetch(`${MASKER_URL}/api/v1/agents`, {
  method: 'POST',
  headers: { authorization: `Bearer ${MASKER_TOKEN}`, 'content-type': 'application/json' },
  body: JSON.stringify({ name: `openai-sdk-${Date.now()}`, upstream: 'stub', caller_auth: { proxy_key: true } }),
});
if (!created.ok) throw new Error(await created.text());
const { agent, proxy_key: proxyKey } = (await created.json()) as NewAgent;

const openai = new OpenAI({
  baseURL: agent.base_url,
  apiKey: proxyKey?.key ?? '',
  // All requests with the same call ID are one session.
  defaultHeaders: { 'X-Call-Id': `call-${Date.now()}` },
});

const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'system', content: 'You book appointments.' }];
for (const content of ['Hi, this is Maria Gonzalez.', 'My number is 415-555-0142, and I was born on 03/14/1962.']) {
  messages.push({ role: 'user', content });
  const { data: stream, response } = await openai.chat.completions
    .create({ model: 'any', messages, stream: true })
    .withResponse();
  let answer = '';
  for await (const chunk of stream) answer += chunk.choices[0]?.delta.content ?? '';
  messages.push({ role: 'assistant', content: answer });
  console.log(`${response.headers.get('masker-session-id') ?? ''}\n  caller: ${content}\n  answer: ${answer}`);
}
