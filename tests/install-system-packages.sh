#!/bin/sh
# Chromium for the console's tests, Node for the OpenID Connect provider, Java for Spark.
missing=""
command -v chromium >/dev/null || missing="$missing chromium"
command -v node >/dev/null && command -v npm >/dev/null || missing="$missing nodejs npm"
command -v java >/dev/null || missing="$missing openjdk-17-jre-headless"
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ]; then
    apt-get update -qq
    # shellcheck disable=SC2086 # the list is meant to split
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
elif [ "$CI" = true ]; then
    echo "These tests need: apt-get install --no-install-recommends$missing" >&2
    exit 1
else
    echo "Tests that need them will be skipped; to run them too: sudo apt-get install --no-install-recommends$missing" >&2
fi
