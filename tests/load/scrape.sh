#!/usr/bin/env bash
# What a scrape does to the requests: p99 of the node at a steady rate with scrapes, beside p99 of those requests of the same run that no scrape met. The
# node has 100 services with 16 origins each and 1,000 rules. The verdict is the median over the rounds: exit code 0 when p99 rises by less than 5 %, else 1.
# Each second is the severe case; Prometheus asks every 5 s as deploy/ sets it up (EVERY=5 SECONDS_EACH=20). Wants a machine that does nothing else.
# Installs what is missing from Debian.
#   ROUNDS=9 SECONDS_EACH=10 EVERY=1 CONNECTIONS=32 RATE=150 tests/load/scrape.sh
#   (RATE: requests a second on each connection; NODE: a built Qrator.FilterNode.dll, for a comparison with another build)
set -euo pipefail
cd "$(dirname "$0")/../.."

rounds=${ROUNDS:-9} each=${SECONDS_EACH:-10} every=${EVERY:-1} connections=${CONNECTIONS:-32} rate=${RATE:-150}
base=$((20000 + RANDOM % 10000))
public=$base origin=$((base + 1)) admin=$((base + 2))

. tests/load/tools.sh
need nginx:nginx h2load:nghttp2-client curl:curl

work=$(mktemp -d)
pids=()
finish() {
    for pid in "${pids[@]}"; do
        kill "$pid" 2>/dev/null || true
    done
    wait
    rm -rf "$work"
}
trap finish EXIT

node=${NODE:-}
if [ -z "$node" ]; then
    dotnet build src/Qrator.FilterNode -c Release -v quiet --nologo
    node=$PWD/src/Qrator.FilterNode/bin/Release/net10.0/Qrator.FilterNode.dll
fi

# The last service is the one that has the traffic; the origins of the others are never asked.
{
    echo '{ "FilterNode": { "Listeners": [ { "Address": "127.0.0.1:'"$public"'" } ], "Admin": { "Address": "127.0.0.1:'"$admin"'" }, "Services": {'
    for service in $(seq 99); do
        origins=$(printf "\"10.0.$service.%d:80\"," $(seq 16))
        rules=$(printf '{ "Id": "rule-%d", "Header": "User-Agent", "Test": "Contains", "Value": "BadBot %d", "List": "Blacklist" },' $(for rule in $(seq 10); do echo "$rule" "$rule"; done))
        echo "\"service-$service\": { \"Hosts\": [ \"host-$service.example\" ], \"Origins\": [ ${origins%,} ], \"HeaderFilter\": { \"Rules\": [ ${rules%,} ] } },"
    done
    echo '"shop": { "Hosts": [ "*" ], "Origins": [ "127.0.0.1:'"$origin"'" ] } } } }'
} >"$work/appsettings.json"
cat >"$work/nginx.conf" <<CFG
daemon off;
worker_processes 1;
pid $work/nginx.pid;
error_log stderr crit;
events { worker_connections 10000; }
http {
  access_log off;
  keepalive_requests 1000000;
  client_body_temp_path $work/body; proxy_temp_path $work/proxy; fastcgi_temp_path $work/fastcgi; uwsgi_temp_path $work/uwsgi; scgi_temp_path $work/scgi;
  server { listen 127.0.0.1:$origin; location / { return 200 "$(printf 'x%.0s' $(seq 1024))"; } }
}
CFG
nginx -p "$work" -c "$work/nginx.conf" &
pids+=($!)
(cd "$work" && exec dotnet "$node") >"$work/node.log" 2>&1 &
pids+=($!)
curl -sf --retry 30 --retry-all-errors --retry-delay 1 -o "$work/ready" http://127.0.0.1:$admin/readyz || { cat "$work/node.log"; exit 2; }

# Asks again and again, and writes down from when to when, in microseconds.
scrape() {
    local from
    while true; do
        from=${EPOCHREALTIME/./}
        curl -s -o "$work/scraped" "http://127.0.0.1:$admin/metrics"
        echo "$from ${EPOCHREALTIME/./}" >>"$work/scrapes"
        sleep "$every"
    done
}

# Seconds of load beside scrapes. Prints the share of requests that were under way while a scrape was, p99 of the others and of all, in milliseconds: both
# of one run, since two runs differ by more than what is looked for. The log of h2load has start, status and duration of each request in microseconds.
load() {
    rm -f "$work/requests" "$work/scrapes"
    scrape &
    local scraper=$!
    h2load --h1 -t 1 -c "$connections" --rps "$rate" -D "$1" --log-file "$work/requests" http://127.0.0.1:$public/ >"$work/h2load.log" || { cat "$work/h2load.log"; exit 2; }
    kill "$scraper"
    wait "$scraper" 2>/dev/null || true
    sort -n -k 3 "$work/requests" | awk -v scrapes="$work/scrapes" '
        BEGIN { while ((getline line <scrapes) > 0) { split(line, f, " "); from[++n] = f[1]; to[n] = f[2] } }
        {
            all[++count] = $3
            touched = 0
            for (i = 1; i <= n && !touched; i++) touched = $1 <= to[i] && $1 + $3 >= from[i]
            if (!touched) apart[++others] = $3
        }
        END { printf "%.2f %.3f %.3f\n", (count - others) / count * 100, apart[int(others * 0.99)] / 1000, all[int(count * 0.99)] / 1000 }'
}

# User and system time of the node in clock ticks (proc(5), fields 14 and 15).
ticks() {
    sed 's/.*) //' "/proc/${pids[1]}/stat" | awk '{ print $12 + $13 }'
}

# The runtime compiles what is hot while it runs; the scrape too.
curl -s -o "$work/scraped" "http://127.0.0.1:$admin/metrics?[1-300]"
load 8 >/dev/null
before=$(ticks)
curl -s -o "$work/scraped" "http://127.0.0.1:$admin/metrics?[1-200]"
awk -v ticks="$(($(ticks) - before))" -v hz="$(getconf CLK_TCK)" 'BEGIN { printf "CPU time of a scrape by itself, with sending it: %.2f ms\n", ticks / hz / 200 * 1000 }'

echo "$(nproc) CPUs shared by load, node and origin, load average $(cut -d ' ' -f 1 /proc/loadavg); $((connections * rate)) requests a second, a scrape every $every s of $(wc -l <"$work/scraped") lines and $(stat -c %s "$work/scraped") bytes, $rounds rounds of $each s each"
printf '%-6s %24s %22s %14s %8s\n' round "beside a scrape, %" "p99 of the others, ms" "p99 of all, ms" ratio
for round in $(seq "$rounds"); do
    load "$each" | awk -v round="$round" '{ printf "%-6d %24.2f %22.3f %14.3f %8.3f\n", round, $1, $2, $3, $3 / $2 }' | tee -a "$work/rounds"
done

sort -k 5 -n "$work/rounds" | awk '{ ratio[NR] = $5 } END {
    median = NR % 2 ? ratio[(NR + 1) / 2] : (ratio[NR / 2] + ratio[NR / 2 + 1]) / 2
    printf "median over the rounds: %.3f, %s\n", median, median < 1.05 ? "less than 5 % more" : "5 % more or above"
    exit median < 1.05 ? 0 : 1 }'
