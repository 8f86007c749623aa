"""Holds the local Hub of the tests against Hugging Face's own client: what `huggingface_hub` asks for, it must get as
from the real Hub. Run after changes of the fixture, with the packages of requirements.txt (about a minute):

    python tools/hub/check_fixture.py            # prints a line a check; the last one says how many passed

Nothing is taken from the internet: the library talks to loopback only, with an empty cache in a temporary folder.
"""
import hashlib
import importlib.metadata
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HOME = pathlib.Path(__file__).resolve().parents[2]
DATASETS = HOME / "libs/hub/src/test/resources/datasets"
MODEL = HOME / "examples/models/base"
TOKEN = "hf_known"

work = pathlib.Path(tempfile.mkdtemp(prefix="hub-fixture-"))
for name in ("open", "renamed", "gated", "private", "disabled"):
    shutil.copytree(MODEL, work / "root/models/acme" / name)
shutil.copytree(DATASETS, work / "root/datasets", ignore=shutil.ignore_patterns("expected.json"))

server = subprocess.Popen(
    [HOME / "tools/hub/serve.sh", "--root", work / "root", "--token", TOKEN, "--gated", "acme/gated",
     "--private", "acme/private", "--disabled", "acme/disabled", "--rename", "acme/old=acme/renamed",
     "--gated", "bigcode/the-stack"],
    stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
ready = server.stdout.readline().split()
endpoint = dict(part.split("=", 1) for part in ready)["endpoint"]

# The library reads these when it is imported.
os.environ.update(HF_ENDPOINT=endpoint, HF_HOME=str(work / "home"), HF_HUB_DISABLE_TELEMETRY="1",
                  HF_HUB_DISABLE_PROGRESS_BARS="1", HF_HUB_DISABLE_IMPLICIT_TOKEN="1", HF_HUB_DISABLE_XET="1")
os.environ.pop("HF_TOKEN", None)

import huggingface_hub  # noqa: E402
from huggingface_hub import HfApi, errors, hf_hub_download, snapshot_download  # noqa: E402
from huggingface_hub.utils import get_session, hf_raise_for_status  # noqa: E402

api = HfApi(endpoint=endpoint, token=False)
passed, failed = 0, 0


def check(what, fact):
    global passed, failed
    passed, failed = (passed + 1, failed) if fact else (passed, failed + 1)
    print("ok  " if fact else "FAIL", what)


def refuses(what, error, call):
    try:
        call()
    except error as e:
        check(f"{what}: {type(e).__name__}", type(e) is error)
    except Exception as e:  # another refusal than the real Hub's
        check(f"{what}: {type(e).__name__} instead of {error.__name__}: {e}", False)
    else:
        check(f"{what}: not refused", False)


def over_https(call):
    """The library reads a 401 as "no such repository" for https URLs only: shows it the same answer as one of those."""
    try:
        call()
    except errors.HfHubHTTPError as e:
        e.response.request.url = e.response.request.url.copy_with(scheme="https")
        hf_raise_for_status(e.response)


def sha256(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


def git_blob(path):
    content = pathlib.Path(path).read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


def models():
    info = api.model_info("acme/open", files_metadata=False)
    check("a revision becomes a commit of 40 digits", len(info.sha) == 40)
    names = sorted(path.name for path in MODEL.iterdir())
    check("the model's files are listed", sorted(s.rfilename for s in info.siblings) == names)
    tree = {entry.path: entry for entry in api.list_repo_tree("acme/open", recursive=True)}
    weights = MODEL / "model.safetensors"
    check("the tree has sizes", tree["config.json"].size == (MODEL / "config.json").stat().st_size)
    check("the tree has Git's names", tree["config.json"].blob_id == git_blob(MODEL / "config.json"))
    check("the tree has the digest of large files", tree["model.safetensors"].lfs.sha256 == sha256(weights))
    paths = api.get_paths_info("acme/open", ["config.json", "none"])
    check("paths-info knows what is there", [entry.path for entry in paths] == ["config.json"])
    meta = huggingface_hub.get_hf_file_metadata(huggingface_hub.hf_hub_url("acme/open", "model.safetensors"), token=False)
    check("a large file's etag is its digest", meta.etag == sha256(weights))
    check("a large file's size is told", meta.size == weights.stat().st_size)
    check("a file's commit is told", meta.commit_hash == info.sha)
    check("a large file lies elsewhere", not meta.location.startswith(endpoint))
    folder = pathlib.Path(snapshot_download("acme/open", token=False))
    same = all(sha256(folder / name) == sha256(MODEL / name) for name in names)
    check("a snapshot holds the same bytes", same)
    check("the cache is laid out by commit", folder.name == info.sha and folder.parent.name == "snapshots")
    parsed = api.get_safetensors_metadata("acme/open")
    check("safetensors headers are read by ranges", len(parsed.files_metadata["model.safetensors"].tensors) > 0)
    moved = hf_hub_download("acme/old", "config.json", token=False)
    check("a renamed model is found", sha256(moved) == sha256(MODEL / "config.json"))
    interrupted()


def interrupted():
    """A download that a killed process left in part goes on by a range."""
    weights = (MODEL / "model.safetensors").read_bytes()
    cache = work / "resumed"
    blobs = cache / "models--acme--open/blobs"
    blobs.mkdir(parents=True)
    (blobs / f"{hashlib.sha256(weights).hexdigest()}.incomplete").write_bytes(weights[:1000])
    path = hf_hub_download("acme/open", "model.safetensors", cache_dir=cache, token=False)
    check("a partial download ends in the same bytes", pathlib.Path(path).read_bytes() == weights)


def doors():
    refuses("no such repository", errors.RepositoryNotFoundError,
            lambda: over_https(lambda: api.model_info("acme/none")))
    refuses("no such revision", errors.RevisionNotFoundError, lambda: api.model_info("acme/open", revision="none"))
    refuses("no such file", errors.RemoteEntryNotFoundError,
            lambda: hf_hub_download("acme/open", "none.json", token=False))
    refuses("gated, no token", errors.GatedRepoError, lambda: hf_hub_download("acme/gated", "config.json", token=False))
    check("gated, with a token",
          pathlib.Path(hf_hub_download("acme/gated", "config.json", token=TOKEN)).is_file())
    check("a gated model's page is open", api.model_info("acme/gated").gated == "auto")
    refuses("private, no token", errors.RepositoryNotFoundError,
            lambda: over_https(lambda: api.model_info("acme/private")))
    check("private, with a token", HfApi(endpoint=endpoint, token=TOKEN).model_info("acme/private").private)
    refuses("disabled", errors.DisabledRepoError, lambda: api.model_info("acme/disabled"))
    try:
        HfApi(endpoint=endpoint, token="hf_unknown").model_info("acme/open")
        check("a wrong token is refused", False)
    except errors.HfHubHTTPError as e:
        check("a wrong token is refused as such", e.response.status_code == 401 and "Invalid credentials" in str(e))


def datasets():
    info = api.dataset_info("openai/gsm8k")
    check("a data set's commit", len(info.sha) == 40)
    converted = list(api.list_repo_tree("openai/gsm8k", repo_type="dataset", revision="refs/convert/parquet",
                                        recursive=True))
    check("its Parquet branch", [e.path for e in converted] == ["main/train/0000.parquet"])
    path = hf_hub_download("openai/gsm8k", "main/train/0000.parquet", repo_type="dataset",
                           revision="refs/convert/parquet", token=False)
    check("a Parquet file", sha256(path) == sha256(DATASETS / "openai/gsm8k/parquet/main/train/0000.parquet"))
    rows = get_session().get(
        f"{endpoint}/rows", params={"dataset": "openai/gsm8k", "config": "main", "split": "train", "length": 3}).json()
    wanted = (DATASETS / "openai/gsm8k/rows/main/train.jsonl").read_text(encoding="utf-8").splitlines()[:3]
    check("rows by offset", [row["row"] for row in rows["rows"]] == [json.loads(line) for line in wanted])
    listed = get_session().get(f"{endpoint}/parquet", params={"dataset": "openai/gsm8k"}).json()["parquet_files"]
    follow = get_session().get(listed[0]["url"], follow_redirects=True)
    check("the listed URL leads to the file", hashlib.sha256(follow.content).hexdigest() == sha256(path))


try:
    models()
    doors()
    datasets()
finally:
    server.stdin.close()
    server.wait(20)
    shutil.rmtree(work)
print(f"huggingface_hub {importlib.metadata.version('huggingface_hub')}: {passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
