#!/bin/sh
# Compresses log files older than a week and deletes archives older than three months.
set -eu

folder=${1:?usage: rotate_logs.sh FOLDER}
if [ ! -d "$folder" ]; then
  echo "rotate_logs: no such folder: $folder" >&2
  exit 2
fi

find "$folder" -name '*.log' -type f -mtime +7 | while read -r file; do
  archive="$file.$(date -r "$file" +%Y%m%d).gz"
  if gzip -c "$file" > "$archive.tmp"; then
    mv "$archive.tmp" "$archive"
    rm "$file"
  else
    rm -f "$archive.tmp"
    echo "rotate_logs: could not compress $file" >&2
  fi
done

find "$folder" -name '*.log.*.gz' -type f -mtime +90 -delete
