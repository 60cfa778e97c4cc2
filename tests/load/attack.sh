#!/usr/bin/env bash
# How long visitors wait while ten times as many connections come from 5,000 listed addresses: the node, the node with its kernel set, nginx
# (return 444) and HAProxy (tcp-request connection reject), one after the other. Needs root: all of it runs in a network namespace of its own, which has the
# addresses of 10.9.0.0/16, and is removed at the end. Prints a table.
#   tests/load/attack.sh [--rounds N] [--seconds N] [--proxies node,node-kernel,nginx,haproxy]
set -euo pipefail
cd "$(dirname "$0")/../.."

[ "$(id -u)" -eq 0 ] || { echo "attack.sh makes a network namespace, which needs root" >&2; exit 2; }
. tests/load/tools.sh
need chrt:util-linux nginx:nginx haproxy:haproxy h2load:nghttp2-client nft:nftables ip:iproute2 openssl:openssl

dotnet build src/Qrator.FilterNode -c Release -v quiet --nologo
dotnet build tests/load -c Release -v quiet --nologo
space=attack$$
trap 'ip netns delete "$space" 2>/dev/null || true' EXIT
ip netns add "$space"
ip netns exec "$space" ip link set lo up
ip netns exec "$space" ip route add local 10.9.0.0/16 dev lo
ip netns exec "$space" dotnet tests/load/bin/Release/net10.0/Qrator.FilterNode.Load.dll --attack \
    --node src/Qrator.FilterNode/bin/Release/net10.0/Qrator.FilterNode.dll "$@"
