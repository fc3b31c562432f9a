/** How each voice platform is told to call an agent. docs/integrations/ says the same at length. */

/** Addresses of an agent, how its callers prove themselves, and its key where it was just made. */
export interface Connection {
  readonly agentId: string;
  readonly upstream: string;
  readonly proxyUrl: string;
  readonly baseUrl: string;
  readonly webhookUrl: string;
  /** `other`: by a secret in a header or a signature alone, which the portal does not know. */
  readonly proof: 'none' | 'key' | 'other';
  /** Null where it is not known: keys are shown once. */
  readonly proxyKey: string | null;
}

/** A platform: what to do there, and the text to paste. */
export interface Snippet {
  /** Names it in addresses. */
  readonly id: string;
  readonly name: string;
  readonly steps: readonly string[];
  readonly text: string;
}

/** Returns the snippets in the order of the page. */
export function snippetsFor(connection: Connection): readonly Snippet[] {
  return [
    curlSnippet(connection),
    vapiSnippet(connection),
    elevenLabsSnippet(connection),
    bolnaSnippet(connection),
    retellSnippet(connection),
    javaScriptSnippet(connection),
    pythonSnippet(connection),
  ];
}

/** Returns the model of an upstream such as `openai:gpt-4o-mini`. Names of models may have colons, too. */
export function modelOf(upstream: string): string {
  return upstream.slice(upstream.indexOf(':') + 1);
}

function keyOf({ proof, proxyKey }: Connection): string {
  if (proxyKey !== null) return proxyKey;
  return proof === 'key' ? 'mpk_…' : 'none';
}

const KEY_STEPS: Readonly<Record<Connection['proof'], string>> = {
  none: 'API key: any text; this agent asks for none.',
  key: 'API key: the proxy key of the agent.',
  other:
    'This agent asks its callers for a secret in a header or for a signature. For an API key instead, make a proxy key.',
};

function json(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

function curlSnippet(connection: Connection): Snippet {
  const { proxyUrl, upstream, proof } = connection;
  const messages = [{ role: 'user', content: 'This is Maria Gonzalez, 415-555-0142.' }];
  return {
    id: 'curl',
    name: 'curl',
    steps: [
      'Run it in a terminal. The answer streams back with the real values.',
      ...(proof === 'other' ? [KEY_STEPS.other] : []),
    ],
    text: [
      `curl -N '${proxyUrl}' \\`,
      "  -H 'Content-Type: application/json' \\",
      ...(proof === 'key' ? [`  -H 'Authorization: Bearer ${keyOf(connection)}' \\`] : []),
      `  -d '${JSON.stringify({ model: modelOf(upstream), stream: true, messages })}'`,
    ].join('\n'),
  };
}

function vapiSnippet({ baseUrl, webhookUrl, upstream, proof }: Connection): Snippet {
  const bearer = proof === 'key' ? ', with the proxy key as a Bearer token credential' : '';
  return {
    id: 'vapi',
    name: 'Vapi',
    steps: [
      'Assistant, Model, Provider “Custom LLM”: paste the URL and the model. In the API it is the assistant below.',
      KEY_STEPS[proof],
      `Optional: Phone number, Server URL: paste the webhook URL${bearer}, so that Masker hears when a call ends.`,
    ],
    text: json({
      model: { provider: 'custom-llm', url: baseUrl, model: modelOf(upstream) },
      server: { url: webhookUrl },
    }),
  };
}

function elevenLabsSnippet({ baseUrl, upstream, proof }: Connection): Snippet {
  const custom_llm = {
    url: baseUrl,
    model_id: modelOf(upstream),
    request_headers: { 'X-Call-Id': { variable_name: 'system__conversation_id' } },
  };
  return {
    id: 'elevenlabs',
    name: 'ElevenLabs',
    steps: [
      'Agent, LLM, “Custom LLM”: paste the server URL and the model ID. In the API it is the agent below.',
      KEY_STEPS[proof],
      'Request header X-Call-Id: the dynamic variable system__conversation_id, so that the turns of a call are one session.',
    ],
    text: json({ conversation_config: { agent: { prompt: { llm: 'custom-llm', custom_llm } } } }),
  };
}

function bolnaSnippet({ baseUrl, upstream, proof }: Connection): Snippet {
  return {
    id: 'bolna',
    name: 'Bolna',
    steps: [
      'Settings, Integrations, LLM, Custom LLM, Add model, Provider “Other (OpenAI-compatible)”: paste the URL as the endpoint and the model as its name.',
      KEY_STEPS[proof],
      'Select that model for the agent. In the API it is the llm_config below.',
    ],
    text: json({ llm_config: { provider: 'custom', model: modelOf(upstream), base_url: baseUrl } }),
  };
}

function retellSnippet(connection: Connection): Snippet {
  const { agentId, baseUrl, proof } = connection;
  const url = `${baseUrl.replace(/^http/, 'ws').replace(/\/proxy\/.*$/, '')}/retell/${agentId}`;
  return {
    id: 'retell',
    name: 'Retell',
    steps: [
      'Agent, Custom LLM, URL: paste the URL. Retell appends the call ID.',
      ...(proof === 'other' ? ['This agent asks its callers for another proof. For Retell make a proxy key.'] : []),
    ],
    text: proof === 'key' ? `${url}?key=${keyOf(connection)}` : url,
  };
}

const SDK_STEP = 'Send the call ID in the header X-Call-Id.';

function sdkSteps(proof: Connection['proof']): readonly string[] {
  return proof === 'other' ? [SDK_STEP, KEY_STEPS.other] : [SDK_STEP];
}

function javaScriptSnippet(connection: Connection): Snippet {
  return {
    id: 'openai-javascript',
    name: 'OpenAI SDK, JavaScript',
    steps: sdkSteps(connection.proof),
    text: [
      "import OpenAI from 'openai';",
      '',
      'const openai = new OpenAI({',
      `  baseURL: '${connection.baseUrl}',`,
      `  apiKey: '${keyOf(connection)}',`,
      "  defaultHeaders: { 'X-Call-Id': callId },",
      '});',
    ].join('\n'),
  };
}

function pythonSnippet(connection: Connection): Snippet {
  return {
    id: 'openai-python',
    name: 'OpenAI SDK, Python',
    steps: sdkSteps(connection.proof),
    text: [
      'from openai import OpenAI',
      '',
      'client = OpenAI(',
      `    base_url="${connection.baseUrl}",`,
      `    api_key="${keyOf(connection)}",`,
      '    default_headers={"X-Call-Id": call_id},',
      ')',
    ].join('\n'),
  };
}
