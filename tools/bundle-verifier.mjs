// Makes three files of the verifier's sources. verifier/dist/masker-verify.mjs is the whole command line, and
// verifier/dist/masker-verify.html the whole page: each stands alone, in a folder of its own as well.
// verifier/dist/masker-verify-more.mjs checks time-stamp tokens and subject reports, and reads PDFs that another program saved
// again: the command line loads it from beside itself.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const at = (file) => fileURLToPath(new URL(`../verifier/${file}`, import.meta.url));
const { version } = JSON.parse(readFileSync(at('package.json'), 'utf8'));

// Names of members that never are names in a file, an option or the output, and that no code asks for by a text: shortened too.
const INTERNAL =
  /^(?:size1|size2|root1|root2|integer|lines|lists|take|usage|whole|defined|define|same|only|what|told|tell|faults|extra|events|scheme|sums|pages|labels|matrix|total|cosignature|receipts|tsaCa|readKey|older|sound|depth|facts|byPass|limits|unverified|texts|members|readLog|concludePartly|conclude|notChecked|textOrNull|rawObject|rawArray|longText|countOrNull|constant|judgement|pinnedUnder|statedUnder|respelled|canonical|leafHashes|leafBytes|cosigned|quorumMet|trustedKeys|chainKeys|previousCheckpoints|consistencyProofs|requireSealed|bySession|outputLen|blockLen|destroyed|finished|multiplyUnsafe|isTorsionFree|clearCofactor|isSmallOrder|isPlainObject|readValue|readString|readNumber|baseCanBeBlinded|wnafPrecomputes|getWnafPrecomputes|wnafCachedCT|validateMulInput|assertPoint|fromAffine|toAffine|_cloneIntoMeta|allowedLengths|nByteLength|nBitLength|padOffset|roundClean|uvRatio|mulUnsafe|strayed|hasStrayed|tokensIssued|leaksByKind|blockedRequests|passedByKind|doesNotHold|signedAt|signedBy|closedAs|firstHash|lastHash|byScheme|publicKey|oldSize|uncovered|hasEntries|maxBytes|fault|nested|oneOf|verifies|containers|keyManifest|quorum|timestamp|pattern|rule|expectedHash|mlDsa44|included|hasMore|isMalformed|chains|otherHashes|signatures|logged|compared|checkpoint|attached|compare|finish|position|numbers|leafHash|replaced|states|link|fact|byKind|ed25519|stated|groups|threshold|bytes|object|heads|document|verified|leafFaults|readWitness|readQuorum|readGroup|isWhole|grouped|signature|proof|keyManifest|isSpelled|newer|judged|kept|text|count|redactions_by_scheme|redactions_by_pass|searched_requests|blocked_requests|suspected_by_kind|cardholder_data|policy_snapshot)$/;

/** The text of the sources, minified. */
async function bundle(options) {
  const result = await build({
    bundle: true,
    minify: true,
    mangleProps: INTERNAL,
    write: false,
    legalComments: 'none',
    logLevel: 'warning',
    ...options,
  });
  return result.outputFiles[0].text;
}

/** The command line computes hashes with Node alone, so noble's are left out of it. */
const WITHOUT_NOBLE_HASHES = {
  name: 'without-noble-hashes',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@noble\/hashes\/sha2\.js$/ }, () => ({ path: 'sha2', namespace: 'none' }));
    onLoad({ filter: /^/, namespace: 'none' }, () => ({ contents: 'export const sha256 = null, sha512 = null;' }));
  },
};

/** The check of time-stamp tokens is in the second file. */
const TOKENS_APART = {
  name: 'tokens-apart',
  setup({ onResolve }) {
    onResolve({ filter: /\/second-file\.ts$/ }, () => ({ path: './masker-verify-more.mjs', external: true }));
  },
};

/** The second file of the command line as one text. */
export async function secondFile() {
  return bundle({
    entryPoints: [at('src/second-file.ts')],
    platform: 'neutral',
    format: 'esm',
    target: 'es2022',
    charset: 'utf8',
  });
}

/** The command line as one text. */
export async function commandLine() {
  return bundle({
    plugins: [WITHOUT_NOBLE_HASHES, TOKENS_APART],
    stdin: {
      contents: readFileSync(at('bin/masker-verify.js'), 'utf8').replace('../dist/cli.js', '../src/cli.ts'),
      resolveDir: at('bin'),
      sourcefile: 'masker-verify.js',
    },
    platform: 'node',
    format: 'esm',
    target: 'node20',
    charset: 'utf8',
  });
}

/** The hash by which the page's own policy allows one script or style, and no other. */
function allowed(text) {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** The page as one text. */
export async function page() {
  const script = (
    await bundle({
      entryPoints: [at('page/main.ts')],
      platform: 'browser',
      format: 'iife',
      target: 'es2022',
      charset: 'utf8',
    })
  ).trim();
  const style = (await bundle({ entryPoints: [at('page/page.css')] })).trim();
  if (/<\/script|<!--/i.test(script)) throw new Error('the script of the page would end its own element');
  const csp = [
    "default-src 'none'",
    `script-src ${allowed(script)}`,
    `style-src ${allowed(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const parts = { csp, style, script, version };
  return readFileSync(at('page/index.html'), 'utf8').replace(/\{\{(\w+)\}\}/g, (_, name) => parts[name]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(at('dist/masker-verify.mjs'), await commandLine(), { mode: 0o755 });
  writeFileSync(at('dist/masker-verify-more.mjs'), await secondFile());
  writeFileSync(at('dist/masker-verify.html'), await page());
}
