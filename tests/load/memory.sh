#!/usr/bin/env bash
# What the node, nginx and HAProxy keep resident: as they start, after load, with 10,000 idle connections; and the node with a million listed clients, and
# over an hour of 1,000 requests a second. Prints tables, each row when it is known. Wants a machine that does nothing else for the idle connections; an hour
# and ten minutes with the defaults.
#   tests/load/memory.sh [--minutes N] [--proxies node,nginx,haproxy]
set -euo pipefail
cd "$(dirname "$0")/../.."

. tests/load/tools.sh
need nginx:nginx haproxy:haproxy wrk:wrk h2load:nghttp2-client openssl:openssl

# The idle connections and their other ends.
ulimit -n 65536 2>/dev/null || true
dotnet build src/Qrator.FilterNode -c Release -v quiet --nologo
dotnet build tests/load -c Release -v quiet --nologo
exec dotnet tests/load/bin/Release/net10.0/Qrator.FilterNode.Load.dll --memory --node src/Qrator.FilterNode/bin/Release/net10.0/Qrator.FilterNode.dll "$@"
