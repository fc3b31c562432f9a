#!/usr/bin/env bash
# openredaction 1.1.5 names a ten-digit American telephone number PHONE_UK. The same number is PHONE_US for
# @openredaction/openredaction 1.0.4, the same project under its other name in the registry. Whoever counts findings by
# type, or keeps a rule for each type, counts and treats American numbers as British after the change of package.
#
# Seen on Node 20 with the detectors' default settings:
#   openredaction 1.1.5:                call 415-555-0142 -> PHONE_UK
#   @openredaction/openredaction 1.0.4: call 415-555-0142 -> PHONE_US
# Exits with 0 while this is so, and with 1 when a version installed here says something else.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts --save-exact \
  openredaction@1.1.5 @openredaction/openredaction@1.0.4
cat >types.mjs <<'JS'
const types = [];
for (const name of ['openredaction', '@openredaction/openredaction']) {
  const { OpenRedaction } = await import(name);
  const { detections } = await new OpenRedaction().detect('call 415-555-0142');
  types.push(detections.map(({ type, value }) => `${type} ${value}`).join(', '));
}
console.log(types.join('\n'));
JS
seen=$(node types.mjs)
echo "$seen"
expected=$'PHONE_UK 415-555-0142\nPHONE_US 415-555-0142'
[ "$seen" = "$expected" ]
