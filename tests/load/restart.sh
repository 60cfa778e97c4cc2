#!/usr/bin/env bash
# How long a node takes from its start until /readyz says ready, without and with a state database of a million listed clients, and how long of that the
# database took. The rows are as the header filter leaves them: absolute times, the values that matched, the id of the request. Installs what is missing
# from Debian, ends by itself after about a minute, prints one line a start.
#   ENTRIES=1000000 ROUNDS=3 tests/load/restart.sh
set -euo pipefail
cd "$(dirname "$0")/../.."

entries=${ENTRIES:-1000000} rounds=${ROUNDS:-3}

. tests/load/tools.sh
need sqlite3:sqlite3 curl:curl

work=$(mktemp -d)
node=
finish() {
    [ -z "$node" ] || kill "$node" 2>/dev/null || true
    wait
    rm -rf "$work"
}
trap finish EXIT

echo "building the node (Release)"
dotnet publish src/Qrator.FilterNode -c Release -o "$work/node" -v quiet --nologo

cat >"$work/appsettings.json" <<JSON
{ "FilterNode": {
    "Listeners": [ { "Address": "127.0.0.1:18080" } ],
    "Admin": { "Address": "127.0.0.1:18081" },
    "State": { "Database": "state.db" },
    "Services": { "shop": { "Hosts": ["*"], "Origins": ["127.0.0.1:9"],
      "HeaderFilter": { "Rules": [ { "Id": "bad-bot", "Header": "User-Agent", "Test": "Contains", "Value": "BadBot", "List": "Blacklist", "Ttl": "08:00:00" } ] } } } } }
JSON

start() {
    local began
    began=$(date +%s%N)
    (cd "$work" && exec dotnet node/Qrator.FilterNode.dll) >"$work/node.log" 2>&1 &
    node=$!
    until [ "$(curl -s http://127.0.0.1:18081/readyz)" = ready ]; do
        kill -0 "$node" || { cat "$work/node.log"; exit 1; }
        sleep 0.01
    done
    ready=$((($(date +%s%N) - began) / 1000000))
}

stop() {
    kill -TERM "$node"
    wait "$node" || true
    node=
}

start
echo "without entries: ready after $ready ms"
stop

# In the order of an attack, which is none: neighbours in the table were not listed one after the other. Four bytes
# of 1 to 126 each, which SQLite can write as a text. Eight hours from now, so that none ends meanwhile.
sqlite3 "$work/state.db" <<SQL
BEGIN;
INSERT OR IGNORE INTO lists (service, list) VALUES ('shop', 'blacklist');
INSERT OR IGNORE INTO causes (list, source, rule) SELECT id, 'header', 'bad-bot' FROM lists WHERE service = 'shop' AND list = 'blacklist';
WITH RECURSIVE number(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM number WHERE i + 1 < $entries),
  client(i, n) AS (SELECT i, i * 2654435761 % 252047376 FROM number)
INSERT INTO entries (list, address, bits, cause, created, expires, offences, detail, request)
  SELECT causes.list, CAST(char(1 + n / 2000376, 1 + n / 15876 % 126, 1 + n / 126 % 126, 1 + n % 126) AS BLOB), 32, causes.id,
    unixepoch() * 1000 - i % 1000000, unixepoch() * 1000 + 28800000, 0,
    'User-Agent: Mozilla/5.0 (compatible; BadBot/1.0)', printf('%032x', i)
  FROM client, causes WHERE causes.source = 'header';
COMMIT;
SQL

for _ in $(seq "$rounds"); do
    start
    cpu=$((($(cut -d ' ' -f 14,15 --output-delimiter=+ "/proc/$node/stat")) * 1000 / $(getconf CLK_TCK)))
    echo "with $entries entries: ready after $ready ms and $cpu ms of CPU; $(grep -o 'entries=.*' "$work/node.log")"
    stop
done
