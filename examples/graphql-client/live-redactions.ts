/**
 * Creates an agent, watches what Masker finds in its calls as it happens, and pages through its sessions.
 *
 *     npx tsx examples/graphql-client/live-redactions.ts
 */
import { request, subscribe } from './client.ts';
import { CreateAgentDocument, RedactionsDocument, SessionsDocument } from './operations.generated.ts';
import type { SessionsQuery } from './operations.generated.ts';

const created = await request(CreateAgentDocument, { input: { name: `graphql-${Date.now()}`, upstream: 'stub' } });
const result = created.createAgent;
if (!('agent' in result)) throw new Error(`${result.code}: ${result.message} ${JSON.stringify(result.details)}`);
const { agent, proxyKey } = result;

async function say(content: string): Promise<void> {
  const response = await fetch(agent.proxyUrl, {
    method: 'POST',
    headers: { authorization: `Bearer ${proxyKey?.key ?? ''}`, 'content-type': 'application/json' },
    body: JSON.stringify({ messages: [{ role: 'user', content }] }),
  });
  if (!response.ok) throw new Error(await response.text());
  await response.arrayBuffer();
}

async function callThreeTimes(): Promise<void> {
  await say('This is Maria Gonzalez.');
  await say('Call me back on 415-555-0142.');
  await say('My date of birth is 03/14/1962.');
}

// The subscription begins with what happens after it was opened.
const calls: Promise<void>[] = [];
const redactions = subscribe(RedactionsDocument, { agentId: agent.id }, () => {
  if (calls.length === 0) calls.push(callThreeTimes());
});
let seen = 0;
for await (const { sessionEvents } of redactions) {
  const { entityKind, span } = sessionEvents.redaction;
  console.log(`${sessionEvents.sessionId} ${entityKind} ${span.start}-${span.end}`);
  seen += 1;
  if (seen === 3) break;
}
await Promise.all(calls);

let after: string | null = null;
do {
  const { sessions }: SessionsQuery = await request(SessionsDocument, { agentId: agent.id, after });
  for (const { node } of sessions.edges) console.log(`${node.id}: ${node.redactionCount} redaction`);
  after = sessions.pageInfo.hasNextPage ? sessions.pageInfo.endCursor : null;
} while (after !== null);
