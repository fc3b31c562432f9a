/** How each voice platform is told to call an agent. docs/integrations/ says the same at length. */

/** Addresses of an agent, and its key where it was just made. */
export interface Connection {
  readonly agentId: string;
  readonly upstream: string;
  readonly proxyUrl: string;
  readonly baseUrl: string;
  readonly webhookUrl: string;
  readonly needsKey: boolean;
  /** Null where it is not known: keys are shown once. */
  readonly proxyKey: string | null;
}

/** A platform: what to do there, and the text to paste. */
export interface Snippet {
  readonly name: string;
  readonly steps: readonly string[];
  readonly text: string;
}

/** Returns the snippets in the order of the page. */
export function snippetsFor(connection: Connection): readonly Snippet[] {
  const { agentId, baseUrl, proxyUrl, webhookUrl, needsKey, upstream } = connection;
  const key = connection.proxyKey ?? (needsKey ? 'mpk_…' : 'none');
  const model = upstream.split(':')[1] ?? upstream;
  const keyStep = needsKey ? 'API key: the proxy key of the agent.' : 'API key: any text; this agent asks for none.';
  const retellUrl = `${baseUrl.replace(/^http/, 'ws').replace(/\/proxy\/.*$/, '')}/retell/${agentId}`;
  return [
    {
      name: 'curl',
      steps: ['Run it in a terminal. The answer streams back with the real values.'],
      text: [
        `curl -N '${proxyUrl}' \\`,
        "  -H 'Content-Type: application/json' \\",
        ...(needsKey ? [`  -H 'Authorization: Bearer ${key}' \\`] : []),
        `  -d '{"model": "${model}", "stream": true, "messages": [{"role": "user", "content": "This is Maria Gonzalez, 415-555-0142."}]}'`,
      ].join('\n'),
    },
    {
      name: 'Vapi',
      steps: [
        'Assistant, Model, Provider “Custom LLM”: paste the URL.',
        keyStep,
        'Optional: Phone number, Server URL: paste the webhook URL, so that Masker hears when a call ends.',
      ],
      text: JSON.stringify(
        { model: { provider: 'custom-llm', url: baseUrl, model }, server: { url: webhookUrl } },
        null,
        2,
      ),
    },
    {
      name: 'ElevenLabs',
      steps: [
        'Agent, LLM, Custom LLM, Server URL: paste the URL.',
        keyStep,
        'Extra body: send the conversation ID as conversation_id, so that the turns of a call are one session.',
      ],
      text: baseUrl,
    },
    { name: 'Bolna', steps: ['Custom LLM, base URL: paste the URL.', keyStep], text: baseUrl },
    {
      name: 'Retell',
      steps: ['Agent, Custom LLM, URL: paste the URL. Retell appends the call ID.'],
      text: needsKey ? `${retellUrl}?key=${key}` : retellUrl,
    },
    {
      name: 'OpenAI SDK, JavaScript',
      steps: ['Send the call ID in the header X-Call-Id.'],
      text: [
        "import OpenAI from 'openai';",
        '',
        'const openai = new OpenAI({',
        `  baseURL: '${baseUrl}',`,
        `  apiKey: '${key}',`,
        "  defaultHeaders: { 'X-Call-Id': callId },",
        '});',
      ].join('\n'),
    },
    {
      name: 'OpenAI SDK, Python',
      steps: ['Send the call ID in the header X-Call-Id.'],
      text: [
        'from openai import OpenAI',
        '',
        'client = OpenAI(',
        `    base_url="${baseUrl}",`,
        `    api_key="${key}",`,
        '    default_headers={"X-Call-Id": call_id},',
        ')',
      ].join('\n'),
    },
  ];
}
