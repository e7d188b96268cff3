#!/bin/sh
# Makes what docker-compose.yml reads: passwords, client secrets, certificates and the provider's realm, in ./secrets, and .env.
# Run it in the folder of docker-compose.yml; it needs openssl. Everything is random and of this run; nothing is overwritten.
set -eu
umask 077
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

for made in secrets .env; do
  if [ -e "$made" ]; then
    echo "prepare.sh: $made is there already. Take it away first if it is to be made anew; what it locks is lost with it." >&2
    exit 1
  fi
done

secret() { openssl rand -hex 24; }

mkdir secrets
certificate() { # NAME FILES: a key, and a certificate for the name that the authority signs, as server and as client
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" -keyout "$2.key" -out "$2.csr" 2>/dev/null
  printf 'subjectAltName=DNS:%s\nextendedKeyUsage=serverAuth,clientAuth\nbasicConstraints=CA:FALSE\n' "$1" > "$2.ext"
  openssl x509 -req -days 397 -in "$2.csr" -CA secrets/authority.pem -CAkey secrets/authority.key -CAcreateserial \
    -extfile "$2.ext" -out "$2.pem" 2>/dev/null
  rm "$2.csr" "$2.ext"
}

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1825 -subj "/CN=Authority of two hubs" \
  -keyout secrets/authority.key -out secrets/authority.pem 2>/dev/null

cp "$here/realm.json" secrets/realm.json
filled() { # MARK VALUE
  sed "s|@$1@|$2|g" secrets/realm.json > secrets/realm.next && mv secrets/realm.next secrets/realm.json
}

for hub in northmere eastmere; do
  mkdir "secrets/$hub"
  password=$(secret)
  console=$(secret)
  printf '%s' "$password" > "secrets/$hub/ledger_password"
  printf 'postgresql+psycopg://mashlink:%s@%s-ledger:5432/mashlink' "$password" "$hub" > "secrets/$hub/mashlink_ledger_url"
  printf '%s' "$console" > "secrets/$hub/mashlink_oidc_client_secret"
  filled "$hub" "$console"
  certificate "$hub-exchange" "secrets/$hub/exchange"
done
first=$(secret)
filled first_password "$first"
printf 'KEYCLOAK_ADMIN_PASSWORD=%s\n' "$(secret)" > .env

# The folder is closed to others; the files are read in the containers by a user of theirs.
find secrets -type f ! -name authority.key -exec chmod 644 {} +
echo "Made: secrets/ and .env. Everybody of secrets/realm.json signs in with the password $first and is asked for one of their own."
echo "Keep secrets/authority.key apart: whoever has it can make a partner."
