#!/usr/bin/env bash
# The node, nginx and HAProxy side by side on this machine: the same origin, the same load, in turn. Prints a table and writes
# results.json and results.svg into the folder named by --out (default: tests/load/results).
#   --quick          two minutes: the scenarios that matter most, two rounds
#   --full           every scenario, five rounds, after 20 s of warm-up: the node is compiled while it runs
#   --only a,b       only these scenarios (see --list)
#   --proxies a,b    only these of node, nginx, haproxy
#   --rounds N --seconds N
set -euo pipefail
cd "$(dirname "$0")/../.."

. tests/load/tools.sh
need nginx:nginx haproxy:haproxy wrk:wrk h2load:nghttp2-client openssl:openssl

# The idle connections of a scenario and their other ends.
ulimit -n 65536 2>/dev/null || true
dotnet build src/Qrator.FilterNode -c Release -v quiet --nologo
dotnet build tests/load -c Release -v quiet --nologo
exec dotnet tests/load/bin/Release/net10.0/Qrator.FilterNode.Load.dll --node src/Qrator.FilterNode/bin/Release/net10.0/Qrator.FilterNode.dll "$@"
