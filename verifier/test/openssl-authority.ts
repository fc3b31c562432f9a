/** A time-stamping authority that is OpenSSL's, on this machine: its tokens are of another maker than those of `authority.ts`. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CONFIG = `
[req]
distinguished_name = name
prompt = no
[name]
CN = Test TSA
[ca]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[tsa]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[tsa_config]
serial = serial
signer_cert = tsa.pem
signer_key = tsa.key
certs = ca.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
ess_cert_id_alg = sha256
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_chain = yes
`;

export interface OpensslAuthority {
  /** The certificate of the root, as PEM. */
  readonly ca: string;
  readonly caFile: string;
  /** The reply to a request. */
  reply(query: Uint8Array): Buffer;
  /** What OpenSSL says of a token of the data: throws where it does not hold. */
  verify(token: Uint8Array, data: Uint8Array): void;
  close(): void;
}

/** Makes one whose keys are of a kind: `rsa:2048` or `ec`. */
export function opensslAuthority(kind: 'rsa:2048' | 'ec'): OpensslAuthority {
  const folder = mkdtempSync(join(tmpdir(), 'masker-tsa-'));
  const openssl = (...args: readonly string[]): void => {
    execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  };
  const newKey = kind === 'ec' ? ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384'] : ['-newkey', kind];
  writeFileSync(join(folder, 'openssl.cnf'), CONFIG);
  writeFileSync(join(folder, 'serial'), '01\n');
  const config = ['-config', 'openssl.cnf'];
  openssl('req', '-x509', ...newKey, '-nodes', ...config, '-extensions', 'ca', '-subj', '/CN=OpenSSL Root', '-days', '30', '-keyout', 'ca.key', '-out', 'ca.pem'); // prettier-ignore
  openssl('req', '-new', ...newKey, '-nodes', ...config, '-keyout', 'tsa.key', '-out', 'tsa.csr');
  openssl('x509', '-req', '-in', 'tsa.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-set_serial', '77', '-days', '20', '-extfile', 'openssl.cnf', '-extensions', 'tsa', '-out', 'tsa.pem'); // prettier-ignore
  return {
    ca: readFileSync(join(folder, 'ca.pem'), 'utf8'),
    caFile: join(folder, 'ca.pem'),
    reply: (query) => {
      writeFileSync(join(folder, 'query'), query);
      openssl('ts', '-reply', '-queryfile', 'query', '-section', 'tsa_config', ...config, '-out', 'reply');
      return readFileSync(join(folder, 'reply'));
    },
    verify: (token, data) => {
      writeFileSync(join(folder, 'token'), token);
      writeFileSync(join(folder, 'data'), data);
      openssl('ts', '-verify', '-token_in', '-in', 'token', '-data', 'data', '-CAfile', 'ca.pem');
    },
    close: () => {
      rmSync(folder, { recursive: true });
    },
  };
}
