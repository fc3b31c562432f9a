/** A proxy key that was just made: the only type that shows the key itself. */
import type { NewProxyKey } from '../agents/proxy-keys.ts';
import { builder } from './builder.ts';

export const NewProxyKeyType = builder.objectRef<NewProxyKey>('NewProxyKey').implement({
  fields: (t) => ({
    id: t.exposeID('id'),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    key: t.string({ description: 'Shown this once.', resolve: ({ key }) => key.reveal() }),
  }),
});
