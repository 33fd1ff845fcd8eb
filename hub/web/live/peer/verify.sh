#!/bin/bash
# Checks one certificate (C2SP tlog-proof) with openssl and bash alone: the log's signature on the checkpoint, and the
# path from the entry to its root (RFC 9162, section 2.1.3.2).
#   verify.sh CERTIFICATE VKEY-FILE
set -euo pipefail
refuse() { echo "REFUSED: $1"; exit 1; }
hex() { openssl base64 -d -A | od -An -v -tx1 | tr -d ' \n'; }
bytes() { printf "$(sed 's/../\\x&/g')"; }
sha() { bytes | openssl dgst -sha256 -r | cut -d' ' -f1; }

vkey=$(cat "$2")
name=${vkey%%+*} rest=${vkey#*+} # base64 has a plus of its own, so the parts are cut from the front
keyid=${rest%%+*}
material=$(printf %s "${rest#*+}" | hex) # 01, then the Ed25519 public key
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# The public key as openssl reads it: the fixed SubjectPublicKeyInfo head of Ed25519 (RFC 8410), then the key.
printf '302a300506032b6570032100%s' "${material:2}" | bytes > "$folder/key.der"

mapfile -t line < "$1"
[ "${line[0]}" = c2sp.org/tlog-proof@v1 ] || refuse "no tlog-proof"
entry=$(printf %s "${line[1]#extra }" | openssl base64 -d -A)
index=${line[2]#index }
path=()
n=3
while [ -n "${line[n]}" ]; do path+=("$(printf %s "${line[n]}" | hex)"); n=$((n + 1)); done
origin=${line[n + 1]} size=${line[n + 2]} root=$(printf %s "${line[n + 3]}" | hex)
[ "$origin" = "$name" ] || refuse "another log's checkpoint"

printf '%s\n%s\n%s\n' "${line[@]:n+1:3}" > "$folder/text"
signature=$(printf '%s\n' "${line[@]:n+5}" | sed -n "s|^— $name ||p" | head -1 | hex)
[ "${signature:0:8}" = "$keyid" ] || refuse "no signature by this key"
printf %s "${signature:8}" | bytes > "$folder/signature"
openssl pkeyutl -verify -rawin -pubin -keyform DER -inkey "$folder/key.der" -in "$folder/text" \
  -sigfile "$folder/signature" > "$folder/said" 2>&1 || refuse "the signature does not hold"

[ "$index" -lt "$size" ] || refuse "the entry is not in the tree"
hash=$( (printf '\0'; printf %s "$entry") | openssl dgst -sha256 -r | cut -d' ' -f1)
fn=$index sn=$((size - 1))
for sibling in "${path[@]}"; do
  [ $sn -gt 0 ] || refuse "the path is too long"
  if ((fn & 1)) || [ $fn -eq $sn ]; then
    hash=$(printf '01%s%s' "$sibling" "$hash" | sha)
    while ! ((fn & 1)) && [ $fn -gt 0 ]; do fn=$((fn >> 1)) sn=$((sn >> 1)); done
  else
    hash=$(printf '01%s%s' "$hash" "$sibling" | sha)
  fi
  fn=$((fn >> 1)) sn=$((sn >> 1))
done
[ $sn -eq 0 ] && [ "$hash" = "$root" ] || refuse "the path does not lead to the signed root"
echo "$entry"
echo "GOOD: entry $index of $size"
