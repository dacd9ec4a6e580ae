#!/usr/bin/env bash
# Runs the steps of deploy/Dockerfile in a fresh Debian root, where there is no container engine: as root, on Debian,
# with debootstrap. deploy/try_dockerfile.sh [folder]: a folder of packages that pip is to see there too (and torch comes
# from pip's own indexes then, not from where the Dockerfile says).
set -euo pipefail

here=$(cd "$(dirname "$0")/.." && pwd)
command -v debootstrap >/dev/null || { echo "not tried: debootstrap is missing (apt-get install debootstrap)" >&2; exit 2; }
[[ $(id -u) == 0 ]] || { echo "not tried: only root makes another root" >&2; exit 2; }
root=$(mktemp -d) && chmod 755 "$root" # the app is not root
clean_up() { # never where something of this machine is still mounted
  for there in /proc "${1-}"; do umount "$root$there" 2>/dev/null || true; done
  grep -qF " $root/" /proc/mounts && echo "still mounted below $root: left as it is" >&2 || rm -rf "$root"
}
trap 'clean_up "${1-}"' EXIT

sources=$(grep -rhvE '^ *#' /etc/apt/sources.list /etc/apt/sources.list.d 2>/dev/null | grep -oE 'https?://[^ ]+/debian' | head -1 || true)
debootstrap --variant=minbase bookworm "$root" "${sources:-http://deb.debian.org/debian}" | tail -1
for file in /etc/resolv.conf /etc/pip.conf /etc/apt/apt.conf.d /etc/ssl/certs /usr/local/share/ca-certificates; do
  [[ -e $file ]] && mkdir -p "$root$(dirname "$file")" && cp -rL "$file" "$root$(dirname "$file")/"
done
[[ -z ${1-} ]] || { mkdir -p "$root$1" && mount --bind -o ro "$1" "$root$1"; }
mount -t proc proc "$root/proc" 2>/dev/null || echo "(without /proc)"
for node in null urandom; do cp -a "/dev/$node" "$root/dev/" 2>/dev/null || true; done

run() { chroot "$root" /usr/bin/env "$@"; }
folder=/ user=root
python3 - "$here/deploy/Dockerfile" <<'PYTHON' >"$root/steps"
import re, sys
text = re.sub(r"\\\n", " ", open(sys.argv[1]).read())
for line in text.splitlines():
    if re.match(r"(RUN|COPY|WORKDIR|USER) ", line):
        print(re.sub(r" +", " ", re.sub(r" # .*", "", line)))
PYTHON
while read -r what rest; do
  echo "· $what $rest" | cut -c1-150
  case $what in
    RUN) run sh -ec "cd $folder; $([[ -n ${1-} ]] && echo "${rest/--index-url https:\/\/download.pytorch.org\/whl\/cpu/}" || echo "$rest")" ;;
    COPY) read -r from to <<<"$rest"; if [[ $to == */ ]]; then mkdir -p "$root$to"; fi; mkdir -p "$(dirname "$root$to")"; cp -r "$here/$from" "$root$to" ;;
    WORKDIR) folder=$rest ;;
    USER) user=$rest ;;
  esac
done <"$root/steps"

chmod 1777 "$root/tmp"
port=18599
chroot --userspec="$user" "$root" /usr/bin/env -C "$folder" HOME=/tmp OMP_NUM_THREADS=1 /venv/bin/streamlit run app.py \
  --server.address 127.0.0.1 --server.port "$port" --server.headless true &
server=$!
for _ in $(seq 120); do
  [[ $(python3 -c "import urllib.request as r; print(r.urlopen('http://127.0.0.1:$port/health').read().decode())" 2>/dev/null) == ok ]] && said=ok && break
  sleep 1
done
size=$(du -smx --exclude=proc "$root" 2>/dev/null | cut -f1)
kill "$server"
[[ ${said-} == ok ]] || { echo "the app did not answer" >&2; exit 1; }
echo "every step ran, the app answers as $user; $size MB"
