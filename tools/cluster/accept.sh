#!/usr/bin/env bash
# Applies deploy/k8s/overlays/local to the cluster of the current context and shows that the fleet works there: workers
# come from zero with the work and go to zero without it; jobs survive killed pods, a drained node, restarts of broker
# and store, and an upgrade; their files are those of the local command. CONTRIBUTING.md says what it needs.
#
# Usage: tools/cluster/accept.sh [--kills N] [--upgrade-tag TAG] [--drain NODE] [--report FILE] [--steps STEPS]
#   --kills N           how many pods are killed while jobs run, of each service in turn (20)
#   --upgrade-tag TAG   tag of other images that are there for the upgrade (the tag that runs, restarted)
#   --drain NODE        the node that is drained (one with a worker)
#   --report FILE       a copy of what is printed
#   --steps STEPS       some steps only, of: install scaling work kills drain broker store upgrade compare lag zero
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. tools/cluster/client.sh

KILLS=20 TAG='' NODE='' REPORT=/dev/null
STEPS='install scaling work kills drain broker store upgrade compare lag zero'
while [ $# -gt 0 ]; do
  case $1 in
    --kills) KILLS=$2 ;;
    --upgrade-tag) TAG=$2 ;;
    --drain) NODE=$2 ;;
    --report) REPORT=$2 ;;
    --steps) STEPS=$2 ;;
    *) sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
  esac
  shift 2
done
exec > >(tee "$REPORT") 2>&1

OVERLAY=deploy/k8s/overlays/local
SERVICES="fetcher similarity-worker fisher-worker aggregator plotter"
SCALED="fetcher similarity-worker fisher-worker"
WORK=$(mktemp -d)
RUN=$(date +%s)
FAILURES=0 REQUESTS=0
trap 'kill $(jobs -p) 2>/dev/null; k delete pod -l app.kubernetes.io/name=client --force >/dev/null 2>&1; rm -rf "$WORK"' EXIT

say() { printf '%s %s\n' "$(date -u +%H:%M:%S)" "$*"; }
check() { # WHAT ACTUAL EXPECTED
  if [ "$2" = "$3" ]; then say "ok      $1: $2"; else say "FAILED  $1: $2, not $3"; FAILURES=$((FAILURES + 1)); fi
}
# within SECONDS COMMAND: until it succeeds
within() {
  local until=$((SECONDS + $1))
  shift
  until "$@"; do
    [ "$SECONDS" -lt "$until" ] || return 1
    sleep 2
  done
}

# ---- install

apply() { # what kubectl warns of is an error
  kubectl apply --server-side=false --validate=strict -k "$OVERLAY" >"$WORK/applied" 2>"$WORK/warnings"
  check "applies with strict validation (exit status)" $? 0
  check "warnings of the cluster" "$(grep -c . "$WORK/warnings")" 0
  cat "$WORK/warnings"
}
step_install() {
  kubectl create namespace halcyon --dry-run=client -o yaml | kubectl apply -f - >/dev/null
  k get secret halcyon-store >/dev/null 2>&1 || k create secret generic halcyon-store \
    --from-literal=AWS_ACCESS_KEY_ID=acceptance --from-literal=AWS_SECRET_ACCESS_KEY="$RUN-$RANDOM$RANDOM" >/dev/null
  apply
  for workload in statefulset/kafka statefulset/s3 deployment/aggregator deployment/plotter; do
    k rollout status "$workload" --timeout=600s >/dev/null
    check "$workload rolls out (exit status)" $? 0
  done
}
step_scaling() {
  k wait --for=condition=Ready scaledobject --all --timeout=120s >/dev/null
  check "autoscaling is ready (exit status)" $? 0
  within 300 at_zero
  check "workers without work" "$(replicas)" "0 0 0"
}
replicas() {
  local each all=''
  for each in $SCALED; do all+="$(k get deployment "$each" -o jsonpath='{.status.replicas}' 2>/dev/null | grep . || echo 0) "; done
  echo "${all% }"
}
at_zero() { [ "$(replicas)" = "0 0 0" ]; }

# ---- requests and jobs

# publish COUNT: that many requests of all kinds; those with Fisher information or divergence are new each time
publish() {
  local i n
  for i in $(seq "$1"); do
    n=$((REQUESTS + i))
    case $((n % 4)) in
      0) request '["similarity"]' "\"components\": [\"q_proj\", \"layers.$((n / 4 % 8)).mlp.down_proj\"]" ;;
      1) request '["similarity", "fisher"]' "\"fisher\": {\"models\": [\"base\"], \"samples\": 8, \"max_length\": $((32 + n)), \"seed\": $RUN, \"ranges\": 4}" ;;
      2) request '["fisher"]' "\"fisher\": {\"samples\": 6, \"max_length\": $((32 + n)), \"seed\": $RUN, \"ranges\": 3, \"labels\": \"sampled\"}" ;;
      3) request '["similarity", "divergence"]' "\"divergence\": {\"samples\": 4, \"max_length\": $((16 + n + RUN % 200)), \"ranges\": 2}" ;;
    esac >"$WORK/$RUN-$n.json"
    printf '%s|' "$RUN-$n"
    cat "$WORK/$RUN-$n.json"
  done >"$WORK/batch"
  REQUESTS=$((REQUESTS + $1))
  k create configmap acceptance-requests --from-file="$WORK" --dry-run=client -o yaml | k apply -f - >/dev/null 2>&1
  ask "publish-$REQUESTS" $KAFKA_IMAGE "/opt/kafka/bin/kafka-console-producer.sh --bootstrap-server $BROKER --topic compare-requests --reader-property parse.key=true --reader-property 'key.separator=|' </requests/batch"
  check "publishes $1 requests (exit status)" $? 0
}
request() { # ANALYSES FURTHER
  printf '{"base": "/models/base", "fine_tunes": ["/models/python", "/models/bible"], "analyses": %s, %s}\n' "$1" "$2"
}

# Events of jobs as they come, from a pod that goes on reading.
watch_events() {
  client events $KAFKA_IMAGE "/opt/kafka/bin/kafka-console-consumer.sh --bootstrap-server $BROKER --topic job-events --from-beginning"
}
events() { k logs events | grep "^{"; }
field() { sed -n 's/.*"'"$1"'":"\([^"]*\)".*/\1/p'; }
accepted() { events | grep '"type":"accepted"' | grep "\"request_id\":\"$1\"" | head -1; }
# Requests of this run whose job has been accepted and whose files have been written.
finished() {
  events | awk -v run="\"request_id\":\"$RUN-" '
    function field(name) { match($0, "\"" name "\":\"[^\"]*"); return substr($0, RSTART + length(name) + 4, RLENGTH - length(name) - 4) }
    /"type":"accepted"/ && index($0, run) { wanted[field("request_id")] = field("job_id") " " field("rendering_id") }
    /"type":"rendered"/ { there[field("job_id") " " field("rendering_id")] = 1 }
    END { for (request in wanted) if (wanted[request] in there) count++; print count + 0 }'
}
failed() { events | grep -c '"type":"failed"'; }
settled() { [ "$(finished)" = "$REQUESTS" ] || [ "$(failed)" != 0 ]; }
await_jobs() { # SECONDS
  within "$1" settled
  check "jobs done of $REQUESTS" "$(finished)" "$REQUESTS"
}

# ---- what a run of the fleet looks like

watch_replicas() {
  local last='' now
  while sleep 2; do
    now=$(replicas)
    [ "$now" = "$last" ] || printf '%s %s\n' "$(date -u +%H:%M:%S)" "$now" >>"$WORK/replicas"
    last=$now
  done
}
most() { awk -v column="$1" '$column > most {most = $column} END {print most + 0}' "$WORK/replicas"; }

step_work() {
  publish 8
  await_jobs 1200
  [[ " $STEPS " == *" scaling "* ]] || return
  local column=2 service
  for service in $SCALED; do
    say "        $service: at most $(most $column) replicas"
    check "$service comes with the work" "$(($(most $column) > 0))" 1
    column=$((column + 1))
  done
  check "several workers at a time" "$(($(most 3) > 1 && $(most 4) > 1))" 1
}

# ---- disturbances

# A ready pod of the service that has been killed least often, of those that have one, as SERVICE/POD.
victim() {
  ready | shuf | awk -F/ -v killed="$(tr '\n' ' ' <"$WORK/killed")" '
    BEGIN { for (n = split(killed, names, " "); n > 0; n--) kills[names[n]]++ }
    victim == "" || kills[$1] + 0 < least { victim = $1 "/" $2; least = kills[$1] + 0 }
    END { print victim }'
}
ready() { # those that are stopping are not
  k get pods -l app.kubernetes.io/part-of=halcyon -o jsonpath='{range .items[*]}{.metadata.labels.app\.kubernetes\.io/name}/{.metadata.name}/{.status.conditions[?(@.type=="Ready")].status}/{.metadata.deletionTimestamp}{"\n"}{end}' |
    grep '/True/$'
}
step_kills() {
  local killed=0 pod service
  : >"$WORK/killed"
  while [ "$killed" -lt "$KILLS" ]; do
    if [ $((REQUESTS - $(finished))) -lt 2 ]; then publish 4; fi
    pod=$(victim)
    if [ -n "$pod" ] && k delete pod "${pod#*/}" --grace-period=0 --force >/dev/null 2>&1; then
      killed=$((killed + 1))
      echo "${pod%/*}" >>"$WORK/killed"
      say "        killed ${pod#*/} ($killed), jobs at work: $((REQUESTS - $(finished)))"
    fi
    sleep $((3 + RANDOM % 8))
  done
  for service in $SERVICES; do
    say "        killed pods of $service: $(grep -cx "$service" "$WORK/killed")"
    check "pods of $service are among the killed" "$(($(grep -cx "$service" "$WORK/killed") > 0))" 1
  done
  await_jobs 1800
}
step_drain() {
  publish 4
  sleep 10
  local node=${NODE:-$(k get pods -l app.kubernetes.io/part-of=halcyon -o jsonpath='{range .items[*]}{.spec.nodeName}{"\n"}{end}' | grep . | head -1)}
  kubectl drain "$node" --pod-selector=app.kubernetes.io/part-of=halcyon --ignore-daemonsets --delete-emptydir-data --timeout=900s >"$WORK/drain" 2>&1
  check "drains $node (exit status)" $? 0
  check "pods left on $node" "$(k get pods -l app.kubernetes.io/part-of=halcyon --field-selector="spec.nodeName=$node" -o name | grep -c .)" 0
  kubectl uncordon "$node" >/dev/null
  await_jobs 1800
}
step_broker() { restart statefulset/kafka; }
step_store() { restart statefulset/s3; }
restart() { # KIND/NAME
  publish 4
  sleep 8
  k rollout restart "$1" >/dev/null
  k rollout status "$1" --timeout=600s >/dev/null
  check "$1 restarts with jobs running (exit status)" $? 0
  await_jobs 1800
}
step_upgrade() {
  publish 4
  sleep 8
  local service
  for service in $SERVICES; do
    if [ -n "$TAG" ]; then
      k set image "deployment/$service" "service=$(k get deployment "$service" -o jsonpath='{.spec.template.spec.containers[0].image}' | sed 's/:[^:]*$//'):$TAG" >/dev/null
    else
      k rollout restart "deployment/$service" >/dev/null
    fi
  done
  for service in $SERVICES; do
    k rollout status "deployment/$service" --timeout=900s >/dev/null
    check "$service upgrades with jobs running (exit status)" $? 0
  done
  await_jobs 1800
}

# ---- the end

step_compare() {
  local i event lines=''
  for i in $(seq "$REQUESTS"); do
    event=$(accepted "$RUN-$i")
    lines+="$RUN-$i $(field job_id <<<"$event") $(field rendering_id <<<"$event")"$'\n'
  done
  printf '%s' "$lines" >"$WORK/jobs"
  cp tools/cluster/same-files.sh "$WORK/"
  k create configmap acceptance-requests --from-file="$WORK" --dry-run=client -o yaml | k apply -f - >/dev/null 2>&1
  local image
  image=$(kubectl kustomize "$OVERLAY" | sed -n 's/.*image: \(halcyon\/halcyon:.*\)/\1/p' | head -1)
  LIMIT=$((120 + 120 * REQUESTS)) ask same-files "$image" "bash /requests/same-files.sh /requests/jobs" | tee "$WORK/same"
  check "jobs with the local command's files" "$(grep -c '^same' "$WORK/same")" "$REQUESTS"
  say "        files compared: $(awk '/^same/ {sum += $3} END {print sum + 0}' "$WORK/same")"
}
step_lag() {
  check "failed events" "$(failed)" 0
  within 180 lag_is_zero
  check "lag of all groups" "$(lag)" 0
  dead_letters
}
# The end of a topic counts all letters that it ever had.
dead_letters() {
  local ends letters
  ends=$(kafka "letters-$RANDOM" get-offsets --topic "'.*\\.dead-letter'" | grep '\.dead-letter:[0-9]*:[0-9]*$')
  letters=$(awk -F: '{sum += $3} END {print sum + 0}' <<<"$ends")
  check "topics of dead letters" "$(($(grep -c . <<<"$ends") > 0))" 1
  check "dead letters" "$letters" 0
  [ "$letters" = 0 ] || kafka "letters-$RANDOM" console-consumer --include "'.*\\.dead-letter'" --from-beginning \
    --timeout-ms 15000 --formatter-property print.headers=true
}
step_zero() {
  within 900 at_zero
  check "workers at the end" "$(replicas)" "0 0 0"
  say "replicas of $SCALED:"
  cat "$WORK/replicas"
}
# Of the services: the pod of events commits nothing. A partition without a committed offset counts with all its records.
lag() {
  kafka "lag-$RANDOM" consumer-groups --describe --all-groups |
    awk '$1 ~ /^halcyon/ && $3 ~ /^[0-9]+$/ {sum += $6 == "-" ? $5 : $6; rows++} END {print rows ? sum + 0 : "unknown"}'
}
lag_is_zero() { [ "$(lag)" = 0 ]; }

say "cluster $(kubectl config current-context), $(kubectl version 2>/dev/null | sed -n 's/Server Version: //p')"
watch_replicas &
for step in $STEPS; do
  say "step    $step"
  [ "$step" = install ] || k get pod events >/dev/null 2>&1 || watch_events
  "step_$step"
done
say "$REQUESTS jobs, $FAILURES failures"
exit $((FAILURES > 0))
