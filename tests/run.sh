#!/usr/bin/env bash
# Installs what the tests need where it is missing, builds the solution, runs every test project, and closes with
# 'N passed, N failed, N skipped'. Exit code 0 only when nothing failed. FILTERNODE_KILL_ROUNDS (3): how often a node is killed;
# FILTERNODE_LIST_ENTRIES (500000): how many entries a list is tried with.
set -uo pipefail
cd "$(dirname "$0")/.."

# command -> Debian package
need() {
    command -v "$1" >/dev/null || missing+=("$2")
}

missing=()
need nginx nginx
need nft nftables
need ip iproute2
need promtool prometheus
need prlimit util-linux
need setpriv util-linux
need faketime faketime
need docker-compose docker-compose
need prometheus prometheus
need slowhttptest slowhttptest
need varnishtest varnish
need curl curl
need wrk wrk
need h2load nghttp2-client
need mmdblookup mmdb-bin
need openssl openssl
need systemd-analyze systemd
need node nodejs
need npm npm
need chromium chromium
if [ ${#missing[@]} -gt 0 ]; then
    echo "installing from Debian: ${missing[*]}"
    sudo=""
    [ "$(id -u)" -eq 0 ] || sudo="sudo"
    $sudo apt-get update -q >/dev/null && DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -q --no-install-recommends "${missing[@]}" >/dev/null \
        || echo "could not install ${missing[*]}; the tests that need them will fail"
fi

stamp=tests/node_modules/.installed
if ! cmp -s tests/package.json "$stamp"; then
    echo "installing test data from npm: $(sed -n '/dependencies/,/}/s/.*"\(.*\)": "\(.*\)".*/\1@\2/p' tests/package.json | tr '\n' ' ')"
    npm install --no-package-lock --no-audit --no-fund --silent --prefix tests && cp tests/package.json "$stamp"
fi

dotnet build Qrator.FilterNode.sln -v quiet --nologo || { echo "the build failed"; echo "0 passed, 1 failed, 0 skipped"; exit 1; }

filter=()
if [ "$(id -u)" -ne 0 ]; then
    filter=(--filter "Category!=Root")
fi

passed=0 failed=0 skipped=0
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
for project in tests/*.Tests/*.csproj; do
    name=$(basename "$project" .csproj)
    echo "== $name"
    # A test host that hangs is ended, so that the suite always ends.
    dotnet test "$project" --no-build --nologo --blame-hang-timeout 5m --blame-hang-dump-type none \
        --logger "trx;LogFileName=$name.trx" --results-directory "$results" "${filter[@]}" 2>&1 | tee "$results/$name.log"
    code=${PIPESTATUS[0]}
    counters=$(grep -o '<Counters [^>]*' "$results/$name.trx" 2>/dev/null)
    count() { sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<<"$counters"; }
    p=$(count passed) f=$(count failed) t=$(count total) e=$(count executed)
    passed=$((passed + ${p:-0})) failed=$((failed + ${f:-0})) skipped=$((skipped + ${t:-0} - ${e:-0}))
    # Ended without a failed test: the host crashed or hung, or there was no test at all.
    if [ "$code" -ne 0 ] && [ "${f:-0}" -eq 0 ] || [ "${e:-0}" -eq 0 ]; then
        failed=$((failed + 1))
    fi

    if [ "$(id -u)" -ne 0 ]; then
        while read -r test; do
            echo "skipped, needs root: $test"
            skipped=$((skipped + 1))
        done < <(dotnet test "$project" --no-build --nologo --list-tests --filter "Category=Root" 2>/dev/null | sed -n 's/^    //p')
    fi
done

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
