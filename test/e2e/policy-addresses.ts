/** The routes of policies, with a name that is nobody's. */
export const POLICY_ADDRESSES = [
  ['POST', '/policies'],
  ['GET', '/policies'],
  ['POST', '/policies/validate'],
  ['GET', '/policies/nobodys'],
  ['PUT', '/policies/nobodys'],
  ['DELETE', '/policies/nobodys'],
  ['GET', '/policies/nobodys/versions'],
  ['POST', '/policies/nobodys/publish'],
  ['POST', '/policies/nobodys/rollback'],
  ['POST', '/policies/nobodys/diff'],
  ['POST', '/policies/nobodys/effect'],
] as const;
