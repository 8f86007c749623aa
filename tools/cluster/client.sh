# Sourced by accept.sh: pods that use the cluster from inside, as Kafka's tools and the halcyon command do. They need
# nothing of the cluster but kubectl's create, get, logs and delete.

KAFKA_IMAGE=apache/kafka:4.2.1
BROKER=kafka.halcyon.svc:9092

k() { kubectl -n halcyon "$@"; }

# client NAME IMAGE SCRIPT: a pod that runs a bash script with the models and the config map of requests at hand
client() {
  k create -f - <<POD >/dev/null
apiVersion: v1
kind: Pod
metadata:
  name: $1
  labels: {app.kubernetes.io/name: client}
spec:
  restartPolicy: Never
  automountServiceAccountToken: false
  enableServiceLinks: false
  terminationGracePeriodSeconds: 1
  securityContext:
    runAsNonRoot: true
    runAsUser: 10001
    runAsGroup: 10001
    fsGroup: 10001
    fsGroupChangePolicy: OnRootMismatch
    seccompProfile: {type: RuntimeDefault}
  containers:
    - name: client
      image: $2
      command: [bash, -c, $(quoted "$3")]
      env:
        - {name: LOG_DIR, value: /tmp}
      resources:
        # Those of a Fisher worker: as many threads and as large batches give the same bytes.
        requests: {cpu: 50m, memory: 256Mi}
        limits: {cpu: "2", memory: 3Gi}
      securityContext:
        allowPrivilegeEscalation: false
        capabilities: {drop: [ALL]}
      volumeMounts:
        - {name: tmp, mountPath: /tmp}
        - {name: models, mountPath: /models, readOnly: true}
        - {name: requests, mountPath: /requests}
  volumes:
    - {name: tmp, emptyDir: {}}
    - {name: models, persistentVolumeClaim: {claimName: models, readOnly: true}}
    - {name: requests, configMap: {name: acceptance-requests, optional: true}}
POD
}

# As a string of YAML and JSON.
quoted() {
  local text=${1//\\/\\\\}
  text=${text//\"/\\\"}
  printf '"%s"' "${text//$'\n'/\\n}"
}

# ask NAME IMAGE SCRIPT: runs a client to its end, for LIMIT seconds at most, and prints what it printed
ask() {
  local phase='' until=$((SECONDS + ${LIMIT:-600}))
  client "$@" || return 1
  while [ "$SECONDS" -lt "$until" ]; do
    phase=$(k get pod "$1" -o jsonpath='{.status.phase}')
    case $phase in Succeeded | Failed) break ;; esac
    sleep 1
  done
  k logs "$1"
  k delete pod "$1" --wait=true >/dev/null
  [ "$phase" = Succeeded ]
}

# kafka NAME TOOL ARGUMENTS: one of Kafka's tools
kafka() {
  local name=$1 tool=$2
  shift 2
  ask "$name" $KAFKA_IMAGE "/opt/kafka/bin/kafka-$tool.sh --bootstrap-server $BROKER $* 2>/dev/null"
}
