#!/usr/bin/env python3
"""Makes the schemas of system-tests/src/test/resources/kubernetes, which manifests are validated against, from the
custom resource definitions of KEDA and Strimzi: without descriptions, and with unknown fields as errors, as in an apply
with strict validation. Needs PyYAML.

    GOFLAGS=-modcacherw go mod download -json github.com/kedacore/keda/v2@v2.21.0      # "Dir" is KEDA
    tools/cluster/schemas.py keda KEDA
    tools/cluster/schemas.py strimzi STRIMZI/install/cluster-operator                  # of a release of Strimzi
"""
import json
import pathlib
import sys

import yaml

TARGET = pathlib.Path(__file__).parents[2] / "system-tests/src/test/resources/kubernetes"
KEDA = {"scaledobject": "config/crd/bases/keda.sh_scaledobjects.yaml",
        "triggerauthentication": "config/crd/bases/keda.sh_triggerauthentications.yaml"}
STRIMZI = {"kafka": "040-Crd-kafka.yaml", "kafkanodepool": "045-Crd-kafkanodepool.yaml",
           "kafkauser": "044-Crd-kafkauser.yaml"}


def strict(schema):
    """A schema that allows named properties only, where it names any."""
    if isinstance(schema, list):
        return [strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("x-kubernetes-int-or-string"):
        return {"type": ["integer", "string"]}
    result = {key: strict(value) for key, value in schema.items()
              if key not in ("description", "format", "properties") and not key.startswith("x-kubernetes-")}
    if "properties" in schema:
        result["properties"] = {name: strict(value) for name, value in schema["properties"].items()}
        if not schema.get("x-kubernetes-preserve-unknown-fields"):
            result.setdefault("additionalProperties", False)
    return result


def write(name, content):
    TARGET.mkdir(parents=True, exist_ok=True)
    (TARGET / f"{name}.schema.json").write_text(json.dumps(content, separators=(",", ":"), sort_keys=True) + "\n")


def definition(name, path):
    crd = yaml.safe_load(path.read_text())
    version = next(each for each in crd["spec"]["versions"] if each["storage"])
    schema = version["schema"]["openAPIV3Schema"]
    schema["properties"].pop("status", None)
    schema["properties"]["metadata"] = {"type": "object"}
    result = strict(schema)
    result["title"] = f"{crd['spec']['group']}/{version['name']}/{crd['spec']['names']['kind']}"
    write(name, result)


def scaler(path):
    """The parameters of the Kafka trigger, which KEDA's definition has as any strings."""
    scalers = json.loads(path.read_text())["scalers"]
    parameters = next(each for each in scalers if each["type"] == "kafka")["parameters"]
    properties = {}
    for each in (each for each in parameters if each.get("metadataVariableReadable")):
        kind = {"type": "string"}
        if "allowedValue" in each:
            kind["enum"] = each["allowedValue"]
        properties[each["name"]] = kind
        if each.get("envVariableReadable"):
            properties[each["name"] + "FromEnv"] = {"type": "string"}
    write("kafka-trigger", {"type": "object", "properties": properties, "additionalProperties": False})


if __name__ == "__main__":
    of, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    for name, file in (KEDA if of == "keda" else STRIMZI).items():
        definition(name, folder / file)
    if of == "keda":
        scaler(folder / "schema/generated/scalers-schema.json")
