/** The log of an account of a few hundred leaves, behind REST, with two witnesses in the policy. */
import type { Viewer } from '../../src/accounts/viewer.ts';
import { verifierKey } from '../../src/audit-log/note.ts';
import { parseWitnessPolicy } from '../../src/audit-log/witness-policy.ts';
import type { AgentId, SessionId } from '../../src/platform/ids.ts';
import { by, seedAgent, seedCall, signUp, startTestApi } from '../api.ts';
import type { TestApi } from '../api.ts';
import { testWitness } from '../witness.ts';

export const FIRST = testWitness(21, 'witness.example/one');
export const SECOND = testWitness(22, 'witness.example/two');
/** A witness that the policy does not name. */
export const UNKNOWN = testWitness(23, 'witness.example/other');
export const POLICY = `witness one ${verifierKey(FIRST.key)}
witness two ${verifierKey(SECOND.key)} https://witness.example/two
group both all one two
quorum both
`;

export interface LogApi {
  readonly api: TestApi;
  readonly owner: Viewer;
  readonly agent: AgentId;
  readonly sealed: SessionId;
  readonly open: SessionId;
  /** A sealed session of another account. */
  readonly foreign: SessionId;
  /** Records administrative acts of the owner. */
  acts(count: number): Promise<void>;
  get(path: string, viewer?: Viewer | null, accept?: string): Promise<Response>;
  /** Throws for another status than 200. */
  json<T>(path: string, viewer?: Viewer): Promise<T>;
  post(path: string, body: object, viewer?: Viewer | null): Promise<Response>;
}

export async function startLogApi(): Promise<LogApi> {
  const policy = parseWitnessPolicy(POLICY);
  if (!policy.ok) throw new Error(policy.problem.message);
  const api = await startTestApi({ witnesses: policy.policy });
  const owner = await signUp(api.database);
  const agent = await seedAgent(api.database, owner.accountId, 'desk');
  const sealed = await seedCall(api.database, owner.accountId, agent);
  const open = await seedCall(api.database, owner.accountId, agent);
  const other = await signUp(api.database);
  const foreign = await seedCall(api.database, other.accountId, await seedAgent(api.database, other.accountId, 'desk'));
  const get: LogApi['get'] = async (path, viewer = owner, accept = '*/*') =>
    api.rest.request(`/api/v1${path}`, { headers: { accept } }, by(viewer));
  const log: LogApi = {
    api,
    owner,
    agent,
    sealed,
    open,
    foreign,
    acts: async (count) => {
      await api.database.pool.query(
        `INSERT INTO account_events (id, account_id, at, kind, body)
         SELECT 'evt_' || lpad(g::text, 20, '0') || right($1, 6), $1, now(), 'sign_in',
                '{"account_id":"' || $1 || '","kind":"sign_in","n":' || g || '}'
         FROM generate_series((SELECT count(*) FROM account_events), (SELECT count(*) FROM account_events) + $2 - 1) g`,
        [owner.accountId, count],
      );
    },
    get,
    json: async <T>(path: string, viewer: Viewer = owner): Promise<T> => {
      const response = await get(path, viewer);
      if (response.status !== 200) throw new Error(await response.text());
      return (await response.json()) as T;
    },
    post: (path, body, viewer = owner) =>
      Promise.resolve(
        api.rest.request(
          `/api/v1${path}`,
          { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
          by(viewer),
        ),
      ),
  };
  await log.acts(300);
  await api.graphqlOptions.services.sessions.end(owner, sealed);
  await api.graphqlOptions.services.sessions.end(other, foreign);
  await log.json(`/audit/proof/inclusion?session_id=${foreign}`, other);
  return log;
}
