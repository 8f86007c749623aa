# Runs in a pod with the halcyon command: downloads each job's files, computes the same request locally, and compares.
# Usage: same-files.sh JOBS, a file with lines of a request's name, its job and its rendering
set -u
halcyon=/opt/halcyon/halcyon
# All but what differs from run to run: an element of the page, and a field of the report.
content() { sed '/ id="run-data">/d; /^  "run"/,/^  }/d; s/,$//' "$1"; }

compare() { # NAME JOB RENDERING
  local name=$1 work=/tmp/$1 file differences=''
  mkdir -p "$work"
  $halcyon results "$2" --rendering "$3" --url http://plotter:8080 --output "$work/fleet" >"$work/log" 2>&1 || { echo "$name: no results"; cat "$work/log"; return; }
  $halcyon compare --request "/requests/$name.json" --output "$work/local" >"$work/log" 2>&1 || { echo "$name: the local command failed"; cat "$work/log"; return; }
  while read -r file; do
    case ${file##*/} in
      report.json | report.html) cmp -s <(content "$work/fleet/$file") <(content "$work/local/$file") ;;
      *) cmp -s "$work/fleet/$file" "$work/local/$file" ;;
    esac || differences+=" $file"
  done < <({ cd "$work/fleet" && find . -type f; cd "$work/local" && find . -type f; } | sort -u)
  if [ -z "$differences" ]; then echo "same $name: $(find "$work/local" -type f | wc -l) files"; else echo "$name differs:$differences"; fi
  rm -rf "$work"
}

# Two at a time: the most of a small comparison is the start of the JVM, on one core.
while read -r name job rendering; do
  compare "$name" "$job" "$rendering" </dev/null &
  [ "$(jobs -r | wc -l)" -lt 2 ] || wait -n
done <"$1"
wait
