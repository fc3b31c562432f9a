#!/usr/bin/env bash
# One call over REST and the proxy: an agent, a turn, its session, the signed bundle, and the operator's public key.
#
#     examples/curl/first-call.sh [folder for bundle.json and key.txt]
set -euo pipefail
url=${MASKER_URL:-http://localhost:8080}
token=${MASKER_TOKEN:-$(cat data/bootstrap-token)}
folder=${1:-.}
json() { node -pe "JSON.parse(fs.readFileSync(0))$1"; }

created=$(curl -sf "$url/api/v1/agents" -H "Authorization: Bearer $token" -H 'Content-Type: application/json' \
  -H "Idempotency-Key: $(date +%s)-$RANDOM" \
  -d '{"name": "curl-'"$(date +%s)-$RANDOM"'", "upstream": "stub", "caller_auth": {"proxy_key": true}}')
proxy_url=$(json .agent.proxy_url <<< "$created")
proxy_key=$(json .proxy_key.key <<< "$created")

answer=$(curl -sf "$proxy_url" -H "Authorization: Bearer $proxy_key" -H 'Content-Type: application/json' \
  -D "$folder/headers.txt" -d '{"messages": [{"role": "user", "content": "Maria Gonzalez, 415-555-0142."}]}')
session=$(sed -n 's/^masker-session-id: *\(sess_[0-9A-Z]*\).*/\1/Ip' "$folder/headers.txt")
echo "answer: $(json .choices[0].message.content <<< "$answer")"

curl -sf "$url/api/v1/sessions/$session" -H "Authorization: Bearer $token" | json .session.redactions_by_kind
curl -sf "$url/api/v1/sessions/$session/report?format=bundle" -H "Authorization: Bearer $token" \
  -H 'Masker-Purpose: monthly review' -o "$folder/bundle.json"
curl -sf "$url/.well-known/masker-keys.json" | json '.keys[0].public_key' > "$folder/key.txt"
echo "session: $session"
