# Runs in a pod with the halcyon command: downloads each job's files, computes the same request locally, and compares.
# Usage: same-files.sh JOBS, a file with lines of a request's name, its job and its rendering
set -u
halcyon=/opt/halcyon/halcyon
# All but what differs from run to run: an element of the page, and a field of the report.
content() { sed '/ id="run-data">/d; /^  "run"/,/^  }/d; s/,$//' "$1"; }

while read -r name job rendering; do
  work=/tmp/$name
  mkdir -p "$work"
  $halcyon results "$job" --rendering "$rendering" --url http://plotter:8080 --output "$work/fleet" >"$work/log" 2>&1 || { echo "$name: no results"; cat "$work/log"; continue; }
  $halcyon compare --request "/requests/$name.json" --output "$work/local" >"$work/log" 2>&1 || { echo "$name: the local command failed"; cat "$work/log"; continue; }
  differences=''
  while read -r file; do
    case ${file##*/} in
      report.json | report.html) cmp -s <(content "$work/fleet/$file") <(content "$work/local/$file") ;;
      *) cmp -s "$work/fleet/$file" "$work/local/$file" ;;
    esac || differences+=" $file"
  done < <({ cd "$work/fleet" && find . -type f; cd "$work/local" && find . -type f; } | sort -u)
  if [ -z "$differences" ]; then echo "same $name: $(find "$work/local" -type f | wc -l) files"; else echo "$name differs:$differences"; fi
  rm -rf "$work"
done <"$1"
