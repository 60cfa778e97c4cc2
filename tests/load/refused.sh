#!/usr/bin/env bash
# What a refused connection costs: CPU of the node (early drop), of HAProxy (tcp-request connection reject) and of nginx (return 444,
# which has to read the request first), with the same client on the same machine, taking turns. As root also with the kernel set on: there a
# client gets no answer and would wait, so SYN packets are sent as they are (hping3), in a network namespace of their own. Installs what is
# missing from Debian, ends by itself after about a minute, prints one table.
#   ROUNDS=3 SECONDS_EACH=4 CONNECTIONS=32 tests/load/refused.sh
set -euo pipefail
cd "$(dirname "$0")/../.."

rounds=${ROUNDS:-3} each=${SECONDS_EACH:-4} connections=${CONNECTIONS:-32}

. tests/load/tools.sh
need haproxy:haproxy nginx:nginx wrk:wrk
kernel=false
if [ "$(id -u)" -eq 0 ]; then
    kernel=true
    need hping3:hping3 nft:nftables ip:iproute2
fi

work=$(mktemp -d)
space=refused$$
pids=()
finish() {
    for pid in "${pids[@]}"; do
        kill "$pid" 2>/dev/null || true
    done
    wait
    ip netns delete "$space" 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT

echo "building the node (Release)"
dotnet publish src/Qrator.FilterNode -c Release -o "$work/node" -v quiet --nologo

threads=$(nproc)
cat >"$work/appsettings.json" <<JSON
{ "FilterNode": {
    "Listeners": [ { "Address": "127.0.0.1:18080" } ],
    "Admin": { "Address": "127.0.0.1:18081" },
    "Services": { "shop": { "Hosts": ["*"], "Origins": ["127.0.0.1:9"], "Blacklist": ["127.0.0.0/8"] } } } }
JSON
cat >"$work/haproxy.cfg" <<CFG
global
  nbthread $threads
  maxconn 2000
defaults
  mode http
  timeout connect 5s
  timeout client 5s
  timeout server 5s
frontend refusing
  bind 127.0.0.1:18082 backlog 4096
  tcp-request connection reject
CFG
cat >"$work/nginx.conf" <<CFG
daemon off;
worker_processes $threads;
pid $work/nginx.pid;
error_log stderr crit;
events { worker_connections 10000; }
http {
  access_log off;
  reset_timedout_connection on;
  client_body_temp_path $work/body; proxy_temp_path $work/proxy; fastcgi_temp_path $work/fastcgi; uwsgi_temp_path $work/uwsgi; scgi_temp_path $work/scgi;
  server { listen 127.0.0.1:18083 backlog=4096; return 444; }
}
CFG

(cd "$work" && exec dotnet node/Qrator.FilterNode.dll) >"$work/node.log" 2>&1 &
pids+=($!)
haproxy -db -q -f "$work/haproxy.cfg" &
pids+=($!)
nginx -p "$work" -c "$work/nginx.conf" &
pids+=($!)
names=(node haproxy nginx) ports=(18080 18082 18083)
for port in "${ports[@]}"; do
    for _ in $(seq 100); do
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break
        grep -q ":$(printf '%04X' "$port") 00000000:0000 0A" /proc/net/tcp && break
        sleep 0.1
    done
done

# User and system time of a process and its children, in clock ticks (proc(5), /proc/PID/stat fields 14 and 15).
ticks() {
    local sum=0 pid
    for pid in "$1" $(cat "/proc/$1/task/$1/children"); do
        sum=$((sum + $(sed 's/.*) //' "/proc/$pid/stat" | awk '{ print $12 + $13 }')))
    done
    echo "$sum"
}

# Connections that wrk opened and had refused: each is an error to it, and it opens the next at once.
refuse() {
    wrk -t1 -c"$connections" -d"$2s" "http://127.0.0.1:$1/" | awk '/Socket errors/ { gsub(",", ""); print $4 + $6 + $8 }'
}

for port in "${ports[@]}"; do
    refuse "$port" 2 >/dev/null
done

declare -A cpu=() refused=()
for _ in $(seq "$rounds"); do
    for i in 0 1 2; do
        before=$(ticks "${pids[$i]}")
        count=$(refuse "${ports[$i]}" "$each")
        name=${names[$i]}
        cpu[$name]=$((${cpu[$name]:-0} + $(ticks "${pids[$i]}") - before))
        refused[$name]=$((${refused[$name]:-0} + ${count:-0}))
    done
done

# The same node with the kernel set, alone in a network namespace. The node does nothing for these packets: what is measured is what it costs to
# be there, its timers and the reading of the counters, divided by the packets.
if $kernel; then
    mkdir "$work/kernel"
    sed 's/"Services"/"Kernel": { "Enabled": true }, "Services"/' "$work/appsettings.json" >"$work/kernel/appsettings.json"
    ip netns add "$space"
    inside() { ip netns exec "$space" "$@"; }
    inside ip link set lo up
    (cd "$work/kernel" && exec ip netns exec "$space" dotnet ../node/Qrator.FilterNode.dll) >"$work/kernel.log" 2>&1 &
    pids+=($!)
    dropped() { inside nft list counter inet filternode dropped-127.0.0.1-18080 2>/dev/null | awk '/packets/ { print $2 }'; }
    for _ in $(seq 100); do
        [ -n "$(dropped)" ] && break
        sleep 0.1
    done

    # Until the client has come often enough to be dropped in the kernel.
    for _ in $(seq 100); do
        inside timeout 0.2 wrk -t1 -c1 -d1s http://127.0.0.1:18080/ >/dev/null || true
        [ "$(dropped)" -gt 0 ] && break
    done

    names+=(kernel)
    for _ in $(seq "$rounds"); do
        before=$(ticks "${pids[3]}")
        seen=$(dropped)
        inside timeout "$each" hping3 -q -S -p 18080 --flood 127.0.0.1 >/dev/null 2>&1 || true
        cpu[kernel]=$((${cpu[kernel]:-0} + $(ticks "${pids[3]}") - before))
        refused[kernel]=$((${refused[kernel]:-0} + $(dropped) - seen))
    done
fi

counted=$(exec 3<>/dev/tcp/127.0.0.1/18081; printf 'GET /metrics HTTP/1.0\r\n\r\n' >&3; sed -n 's/.*reason="blacklisted"} //p' <&3)
echo
echo "$(nproc) CPUs, Linux $(uname -r); wrk -t1 -c$connections, $rounds rounds of $each s each; HAProxy $(haproxy -v | awk 'NR==1 { print $3 }') and $(nginx -v 2>&1 | sed 's/.*: //') with $threads threads"
echo "the node has counted $counted early drops in all"
echo
printf '%-10s %12s %14s %22s %10s\n' proxy refused "CPU seconds" "CPU µs a connection" "ratio"
hz=$(getconf CLK_TCK)
for name in "${names[@]}"; do
    awk -v name="$name" -v t="${cpu[$name]}" -v n="${refused[$name]}" -v ht="${cpu[haproxy]}" -v hn="${refused[haproxy]}" -v hz="$hz" \
        'BEGIN { printf "%-10s %12d %14.2f %22.2f %10.3f\n", name, n, t / hz, n ? t / hz / n * 1e6 : 0, n && hn && ht ? (t / n) / (ht / hn) : 0 }'
done
