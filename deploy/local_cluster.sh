#!/usr/bin/env bash
# The proxy, N replicas and M workers for slow work on this machine: deploy/local_cluster.sh N [port] [M], until Ctrl-C.
# A replica that ends is started again. SIGUSR1: all are drained and started anew, one after the other.
# CLUSTER_TLS=certificate.pem (certificate and key in one file): visitors may also come by https, at $CLUSTER_TLS_PORT (8443).
# It stops what it started, and nothing else. What runs is in $CLUSTER_RUN (by default a new folder):
# replica-1.pid, replica-1.log, …, worker-1.pid, …, scheduler.pid, haproxy.pid.
set -euo pipefail

replicas=${1:?how many replicas, for instance 2}
port=${2:-8501}
workers=${3:-0}
[[ $replicas =~ ^[1-9]$ ]] || { echo "1 to 9 replicas, not $replicas" >&2; exit 2; }
[[ $workers =~ ^[0-9]$ ]] || { echo "0 to 9 workers, not $workers" >&2; exit 2; }
command -v haproxy >/dev/null || { echo "HAProxy is missing: apt-get install haproxy" >&2; exit 2; }

root=$(cd "$(dirname "$0")/.." && pwd)
run=${CLUSTER_RUN:-$(mktemp -d)}
python=${PYTHON:-python}
mkdir -p "$run"
export STREAMLIT_SERVER_COOKIE_SECRET=${STREAMLIT_SERVER_COOKIE_SECRET:-$(od -An -tx1 -N32 /dev/urandom | tr -d ' \n')}
export OMP_NUM_THREADS=1

free_port() { "$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
is_alive() { kill -0 "$1" 2>/dev/null; }
pid_of() { cat "$run/$1.pid"; }

start_replica() { # number
  (cd "$root" && exec "$python" -m streamlit run app.py --server.port "${ports[$1]}" --server.address 127.0.0.1 \
    --server.headless true >>"$run/replica-$1.log" 2>&1) &
  echo $! >"$run/replica-$1.pid"
}

start_scheduler() {
  (cd "$root" && DASK_DISTRIBUTED__ADMIN__LOW_LEVEL_LOG_LENGTH=64 exec "$python" -m dask scheduler --no-dashboard \
    --host 127.0.0.1 --port "${CNNVIZ_CLUSTER##*:}" >>"$run/scheduler.log" 2>&1) &
  echo $! >"$run/scheduler.pid"
}

start_worker() { # number; on the replicas' own machine it waits for them
  (cd "$root" && exec nice -n 10 "$python" -m dask worker "$CNNVIZ_CLUSTER" --nthreads 1 --no-nanny --no-dashboard \
    --local-directory "$run" --preload cnnviz.cluster.worker >>"$run/worker-$1.log" 2>&1) &
  echo $! >"$run/worker-$1.pid"
}

answers() { # number: whether /health says ok
  [[ $("$python" - "${ports[$1]}" <<'PYTHON' 2>/dev/null
import sys, urllib.request
print(urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}/health", timeout=2).read().decode())
PYTHON
  ) == ok ]]
}

wait_for() { # number
  for _ in $(seq 240); do
    answers "$1" && return
    is_alive "$(pid_of "replica-$1")" || break
    sleep 0.5
  done
  echo "replica $1 does not answer:" >&2
  tail -5 "$run/replica-$1.log" >&2
  exit 1
}

tell_proxy() { # a command of HAProxy's runtime
  "$python" - "$PROXY_SOCKET" "$1" <<'PYTHON'
import socket, sys
with socket.socket(socket.AF_UNIX) as proxy:
    proxy.connect(sys.argv[1])
    proxy.sendall(sys.argv[2].encode() + b"\n")
PYTHON
}

stop() { # pid: with patience, then without
  is_alive "$1" || return 0
  kill "$1"
  for _ in $(seq 40); do
    is_alive "$1" || return 0
    sleep 0.25
  done
  kill -9 "$1" 2>/dev/null || true
}

restart_all() {
  echo "all replicas are started anew"
  for number in $(seq "$replicas"); do
    tell_proxy "set server replicas/replica$number state drain" # new visitors go to the others
    stop "$(pid_of "replica-$number")"
    start_replica "$number"
    wait_for "$number"
    tell_proxy "set server replicas/replica$number state ready"
  done
  echo "done"
}

stop_all() {
  trap - EXIT
  for name in haproxy $(seq -f 'replica-%g' "$replicas") $(seq -f 'worker-%g' "$workers") scheduler; do
    [[ -f $run/$name.pid ]] && stop "$(pid_of "$name")"
  done
}
trap stop_all EXIT
trap 'exit 0' INT TERM
must_restart=
trap 'must_restart=yes' USR1

if ((workers)); then
  "$python" -c 'import distributed' 2>/dev/null || { echo "the engine is missing: pip install 'cnnviz[cluster]'" >&2; exit 2; }
  export CNNVIZ_CLUSTER="tcp://127.0.0.1:$(free_port)"
  start_scheduler
  for number in $(seq "$workers"); do start_worker "$number"; done
fi
declare -a ports
for number in $(seq "$replicas"); do
  ports[number]=$(free_port)
  start_replica "$number"
done
for number in $(seq "$replicas"); do wait_for "$number"; done

export PROXY_BIND="127.0.0.1:$port" PROXY_SOCKET="$run/haproxy.sock" PROXY_REPLICAS=none
servers=$(for number in $(seq "$replicas"); do echo "    server replica$number 127.0.0.1:${ports[number]}"; done)
while IFS= read -r line; do # the same configuration, with replicas that have no name
  if [[ $line == *server-template* ]]; then echo "$servers"; else echo "$line"; fi
  if [[ -n ${CLUSTER_TLS:-} && $line == *'"${PROXY_BIND}"'* ]]; then
    echo "    bind 127.0.0.1:${CLUSTER_TLS_PORT:-8443} ssl crt $(realpath "$CLUSTER_TLS") alpn h2,http/1.1"
  fi
done <"$root/deploy/haproxy.cfg" >"$run/haproxy.cfg"
haproxy -f "$run/haproxy.cfg" >"$run/haproxy.log" 2>&1 &
echo $! >"$run/haproxy.pid"
until tell_proxy "show info" 2>/dev/null || ! is_alive "$(pid_of haproxy)"; do sleep 0.1; done
echo "http://127.0.0.1:$port is served by $replicas replicas${CNNVIZ_CLUSTER:+ and $workers workers}; logs and process numbers are in $run"

while is_alive "$(pid_of haproxy)"; do
  if [[ -n $must_restart ]]; then must_restart= && restart_all; fi
  for number in $(seq "$replicas"); do
    is_alive "$(pid_of "replica-$number")" || { echo "replica $number has ended and is started again"; start_replica "$number"; }
  done
  for number in $(seq "$workers"); do
    is_alive "$(pid_of "worker-$number")" || { echo "worker $number has ended and is started again"; start_worker "$number"; }
  done
  if ((workers)) && ! is_alive "$(pid_of scheduler)"; then echo "the scheduler has ended and is started again"; start_scheduler; fi
  sleep 0.5 & wait $! || true
done
echo "the proxy has ended:" >&2
tail -5 "$run/haproxy.log" >&2
exit 1
