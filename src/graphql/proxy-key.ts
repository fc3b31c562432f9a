/** Secrets of an agent that Masker makes: proxy keys, and what its assistant callback is signed with. */
import { MAX_PROXY_KEYS } from '../agents/proxy-keys.ts';
import { viewerOf } from './access.ts';
import { builder } from './builder.ts';
import { failsWith } from './errors.ts';
import { NewProxyKeyType } from './new-proxy-key.ts';

builder.prismaObject('ProxyKey', {
  description: 'A key for callers of an agent, without the key itself.',
  fields: (t) => ({
    id: t.exposeID('id'),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
  }),
});

builder.prismaObjectField('Agent', 'proxyKeys', (t) =>
  t.relation('proxyKeys', {
    description: `The keys that are good, the oldest first; at most ${MAX_PROXY_KEYS}.`,
    query: { orderBy: { id: 'asc' } },
  }),
);

builder.mutationFields((t) => ({
  createProxyKey: t.field({
    type: NewProxyKeyType,
    description:
      'Makes a key that callers of the agent send as a Bearer token. From the first one on the agent asks for one.',
    authScopes: { permission: 'agents:write' },
    errors: failsWith('proxyKey', 'NotFoundError'),
    args: { agentId: t.arg.id({ required: true }) },
    resolve: (_root, { agentId }, context) => context.services.agents.keys.create(viewerOf(context), agentId),
  }),
  revokeProxyKey: t.field({
    type: 'ID',
    description: 'Takes a key back at once. An agent without a key left does not open: set its callerAuth for that.',
    authScopes: { permission: 'agents:write' },
    errors: failsWith('revokedId', 'NotFoundError'),
    args: { agentId: t.arg.id({ required: true }), id: t.arg.id({ required: true }) },
    resolve: async (_root, { agentId, id }, context) => {
      await context.services.agents.keys.revoke(viewerOf(context), agentId, id);
      return id;
    },
  }),
  rotateAssistantCallbackSecret: t.field({
    type: 'String',
    description:
      'A new secret (whsec_...) that the agent’s assistant callback is signed with from now on. Shown this once.',
    authScopes: { permission: 'agents:write' },
    errors: failsWith('secret', 'NotFoundError'),
    args: { agentId: t.arg.id({ required: true }) },
    resolve: async (_root, { agentId }, context) => {
      const secret = await context.services.agents.keys.rotateCallbackSecret(viewerOf(context), agentId);
      return secret.reveal();
    },
  }),
}));
