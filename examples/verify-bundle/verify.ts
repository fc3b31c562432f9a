/**
 * Verifies a bundle in a program of your own, with the package that auditors use. It needs no network.
 *
 *     npx tsx examples/verify-bundle/verify.ts bundle.json <public key of the operator>
 */
import { readFileSync } from 'node:fs';
import { parsePublicKey, verifyBundle } from '@masker-dev/verifier';

const [file, keyText] = process.argv.slice(2);
const key = keyText === undefined ? null : parsePublicKey(keyText);
if (file === undefined || key === null) {
  console.error('Usage: verify.ts <bundle> <public key of the operator>');
  process.exit(2);
}

const verification = verifyBundle(readFileSync(file), { trustedKeys: [key] });
console.log(verification.outcome);
if (verification.outcome === 'unreadable') console.log(verification.problem.message);
else
  for (const { id, verdict, findings } of verification.checks) {
    console.log(`${verdict.padEnd(14)} ${id}`);
    for (const { code, message } of findings) console.log(`  ${code}: ${message}`);
  }
process.exitCode = verification.outcome === 'authentic' ? 0 : 1;
