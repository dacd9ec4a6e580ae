#!/usr/bin/env bash
# The proxy of deploy/proxy with N replicas of the app on this machine: deploy/local_cluster.sh [N] [PORT]
# Needs haproxy (apt-get install haproxy) and the app's Python on the PATH. Ends with Ctrl+C or SIGTERM, and stops only what it
# started. `kill -9 PID` of a replica is one lost; `kill -HUP` of this script restarts the replicas one after the other, each
# drained first. The replicas listen on PORT+1, PORT+2, …; their process ids stand in $CNNVIZ_RUN (a new folder by default).
set -euo pipefail

count=${1:-2} port=${2:-8080}
here=$(cd "$(dirname "$0")" && pwd) root=$(cd "$(dirname "$0")/.." && pwd)
run=${CNNVIZ_RUN:-$(mktemp -d)}
mkdir -p "$run"
[[ $count =~ ^[1-9][0-9]?$ ]] || { echo "how many replicas? 1 to 99, not '$count'" >&2; exit 2; }
command -v haproxy >/dev/null || { echo "haproxy is not installed: apt-get install haproxy" >&2; exit 2; }

# The same on all replicas, or a form of one would not be taken by another
STREAMLIT_SERVER_COOKIE_SECRET=${STREAMLIT_SERVER_COOKIE_SECRET:-$(head -c 32 /dev/urandom | base64 -w 0)}
CNNVIZ_COOKIE_KEY=${CNNVIZ_COOKIE_KEY:-$(head -c 16 /dev/urandom | base64 -w 0)}
export STREAMLIT_SERVER_COOKIE_SECRET CNNVIZ_COOKIE_KEY CNNVIZ_BIND=${CNNVIZ_BIND:-127.0.0.1:$port}

declare -a replicas
proxy=

start_replica() { # number
  (cd "$root" && exec python -m streamlit run app.py --server.port "$((port + $1))" --server.address 127.0.0.1 \
    --server.headless true) >>"$run/replica-$1.log" 2>&1 &
  replicas[$1]=$!
  echo "${replicas[$1]}" >"$run/replica-$1.pid"
}

wait_for() { # number
  for _ in $(seq 600); do
    [ "$(curl -fsS "http://127.0.0.1:$((port + $1))/health" 2>/dev/null)" = ok ] && return
    kill -0 "${replicas[$1]}" 2>/dev/null || { tail -5 "$run/replica-$1.log" >&2; return 1; }
    sleep 0.1
  done
  return 1
}

stop() {
  trap - EXIT INT TERM HUP
  kill "$proxy" "${replicas[@]}" 2>/dev/null || true
  wait
}

tell_proxy() { python -c 'import socket, sys
with socket.socket(socket.AF_UNIX) as s:
    s.connect(sys.argv[1]); s.sendall(sys.argv[2].encode() + b"\n"); s.recv(4096)' "$run/proxy.sock" "$1"; }

restart_in_turn() {
  for number in $(seq "$count"); do
    tell_proxy "set server replicas/replica$number state maint" # its pages ask elsewhere, with their addresses
    kill "${replicas[$number]}" 2>/dev/null || true
    wait "${replicas[$number]}" 2>/dev/null || true
    start_replica "$number"
    wait_for "$number"
    tell_proxy "set server replicas/replica$number state ready"
    echo "replica $number is new"
  done
}

trap stop EXIT
trap 'stop; exit 0' INT TERM
is_asked=
trap 'is_asked=yes' HUP

{
  echo "global"
  echo "    stats socket $run/proxy.sock mode 600 level admin"
  echo "backend replicas from replicas"
  for number in $(seq "$count"); do echo "    server replica$number 127.0.0.1:$((port + number))"; done
} >"$run/replicas.cfg"
for number in $(seq "$count"); do start_replica "$number"; done
for number in $(seq "$count"); do wait_for "$number"; done
haproxy -db -f "$here/proxy/haproxy.cfg" -f "$run/replicas.cfg" >"$run/proxy.log" 2>&1 &
proxy=$!
echo "$count replicas behind http://$CNNVIZ_BIND (logs and process ids: $run)"
while kill -0 "$proxy" 2>/dev/null; do
  wait "$proxy" || true # also a signal ends this wait
  [ -z "$is_asked" ] || { is_asked=; restart_in_turn; }
done
tail -5 "$run/proxy.log" >&2
exit 1
