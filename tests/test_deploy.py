"""What docs/deploy.md hands out: manifests, settings and the proxy's configuration agree."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import check_jsonschema
import jsonschema
import kubernetes_validate
import pytest
import yaml

from cnnviz import machine_memory
from cnnviz.operator_settings import operator_settings

DEPLOY = Path(__file__).parents[1] / "deploy"
PROXY = {"PROXY_BIND", "PROXY_REPLICAS", "PROXY_SOCKET"}
PORT, SCHEDULER = 8501, 8786
COMPOSE = (
    Path(check_jsonschema.__file__).parent / "builtin_schemas" / "vendor" / "compose-spec.json"
)


def manifests() -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text(encoding="utf-8")))


def services() -> dict[str, dict[str, Any]]:
    """Of compose."""
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]


def containers() -> dict[str, dict[str, Any]]:
    found = [one for one in manifests() if one["kind"] == "Deployment"]
    pods = [one["spec"]["template"]["spec"] for one in found]
    return {container["name"]: container for pod in pods for container in pod["containers"]}


@pytest.mark.parametrize("manifest", manifests(), ids=lambda one: one["metadata"]["name"])
def test_kubernetes_knows_every_word_of_the_manifest(manifest: dict[str, Any]):
    kubernetes_validate.validate(manifest, "1.30", strict=True)


def test_compose_is_as_its_specification_says():
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    schema = json.loads(COMPOSE.read_text(encoding="utf-8"))
    jsonschema.validators.validator_for(schema)(schema).validate(yaml.safe_load(text))


def test_the_cookie_secret_is_the_operators_and_no_default_takes_its_place():
    """Docker's own reading, where it is: it took words behind a hyphen for the secret."""
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    asked = re.findall(r"\$\{([^}]*)\}", text)
    assert [one.partition(":?")[0] for one in asked] == ["COOKIE_SECRET"]
    assert not any("-" in one for one in asked)
    if (docker := shutil.which("docker")) is None:
        return
    command, environment = [docker, "stack", "config", "-c", DEPLOY / "compose.yaml"], os.environ
    read = subprocess.run(
        command, env={**environment, "COOKIE_SECRET": "a-b"}, capture_output=True, text=True
    )
    if read.returncode:  # an older Docker, which does not read it by itself
        return
    said = yaml.safe_load(read.stdout)["services"]["replica"]["environment"]
    assert said["STREAMLIT_SERVER_COOKIE_SECRET"] == "a-b"
    assert subprocess.run(command, env=environment, capture_output=True).returncode != 0


def test_the_service_has_room_for_what_goes_beside_the_server(monkeypatch: pytest.MonkeyPatch):
    (limit,) = re.findall(r"^MemoryMax=(\d+)M$", unit(), re.MULTILINE)
    monkeypatch.setattr(machine_memory, "memory_mb", lambda: int(limit) * 2**20 / 1e6)
    monkeypatch.setattr(machine_memory, "_cores", lambda: 4)
    assert machine_memory.trainings_beside() == machine_memory.MOST_TRAININGS
    monkeypatch.delenv("CNNVIZ_WORKERS")
    assert machine_memory.workers_beside() == machine_memory.MOST_WORKERS


def test_systemd_takes_the_unit(tmp_path: Path):
    verify = shutil.which("systemd-analyze")
    if verify is None:
        pytest.skip("no systemd on this machine")
    there = tmp_path / "cnnviz.service"  # with a program that is there
    there.write_text(re.sub(r"(?m)^ExecStart=\S+", f"ExecStart={sys.executable}", unit()))
    done = subprocess.run([verify, "verify", there], capture_output=True, text=True)
    assert not [line for line in done.stderr.splitlines() if there.name in line]


def unit() -> str:
    return (DEPLOY / "cnnviz.service").read_text(encoding="utf-8")


def test_replicas_find_the_scheduler_and_nobody_else_does():
    known = services()
    on_work = {name for name, one in known.items() if "work" in one["networks"]}
    assert on_work == {"replica", "scheduler", "worker"}
    (policy,) = [one for one in manifests() if one["kind"] == "NetworkPolicy"]
    (rule,) = policy["spec"]["ingress"]
    (within,) = rule["from"][0]["podSelector"]["matchExpressions"]
    assert set(within["values"]) == {"cnnviz", "cnnviz-scheduler", "cnnviz-worker"}
    for address, command in (
        (known["replica"]["environment"]["CNNVIZ_CLUSTER"], known["worker"]["command"]),
        (_said(containers()["cnnviz"])["CNNVIZ_CLUSTER"], containers()["worker"]["args"]),
    ):
        assert address in command
        assert "cnnviz.cluster.worker" in command
        host, port = address.removeprefix("tcp://").split(":")
        assert int(port) == SCHEDULER
        assert host in {*known, *(one["metadata"]["name"] for one in manifests())}


def _said(container: dict[str, Any]) -> dict[str, str]:
    return {one["name"]: one.get("value", "x") for one in container["env"]}


def test_every_service_finds_its_pods_and_their_port():
    labels = {
        tuple(one["spec"]["template"]["metadata"]["labels"].items()): one
        for one in manifests()
        if one["kind"] == "Deployment"
    }
    for one in labels.values():
        assert one["spec"]["selector"]["matchLabels"].items() <= (
            one["spec"]["template"]["metadata"]["labels"].items()
        )
    found = [one for one in manifests() if one["kind"] == "Service"]
    names = {one["metadata"]["name"] for one in found}
    assert names == {"cnnviz", "cnnviz-replicas", "cnnviz-scheduler"}
    for service in found:
        pods = labels[tuple(service["spec"]["selector"].items())]["spec"]["template"]["spec"]
        names = {
            port["name"]: port["containerPort"] for c in pods["containers"] for port in c["ports"]
        }
        for port in service["spec"]["ports"]:
            target = port.get("targetPort", port["port"])
            wanted = SCHEDULER if "scheduler" in service["metadata"]["name"] else PORT
            assert names.get(target, target) == wanted


def test_nobody_is_root_and_nothing_but_tmp_is_written():
    for container in containers().values():
        assert container["securityContext"]["readOnlyRootFilesystem"]
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
        assert {m["mountPath"] for m in container["volumeMounts"] if not m.get("readOnly")} == {
            "/tmp"
        }
    assert all(one["read_only"] and one["tmpfs"] == ["/tmp"] for one in services().values())
    assert re.search(r"^USER cnnviz$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)


def test_every_setting_that_is_said_is_one_and_the_proxy_gets_what_its_file_asks_for():
    compose = services()
    said = _said(containers()["cnnviz"])
    for environment in (said, compose["replica"]["environment"]):
        assert "STREAMLIT_SERVER_COOKIE_SECRET" in environment
        operator_settings(environment)
    asked = set(re.findall(r'"\$\{(\w+)\}"', (DEPLOY / "haproxy.cfg").read_text(encoding="utf-8")))
    assert asked == PROXY == {one["name"] for one in containers()["haproxy"]["env"]}
    assert asked == set(compose["proxy"]["environment"])


def test_the_health_that_is_asked_for_is_the_one_that_there_is():
    probes = containers()["cnnviz"]
    for probe in ("readinessProbe", "livenessProbe"):
        assert probes[probe]["httpGet"] == {"path": "/health", "port": "http"}
    assert "/health" in (DEPLOY / "Dockerfile").read_text()
    assert "uri /health" in (DEPLOY / "haproxy.cfg").read_text()


def test_haproxy_takes_the_configuration():
    if shutil.which("haproxy") is None and not os.environ.get("CI"):
        pytest.skip("no HAProxy on this machine")
    done = subprocess.run(
        ["haproxy", "-c", "-f", DEPLOY / "haproxy.cfg"],
        env={"PATH": os.environ["PATH"], "PROXY_BIND": "127.0.0.1:8599",
             "PROXY_REPLICAS": "localhost:8501", "PROXY_SOCKET": "/tmp/none.sock"},
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["local_cluster.sh", "try_dockerfile.sh"])
def test_the_scripts_can_be_run(name):
    assert os.access(DEPLOY / name, os.X_OK)
    assert subprocess.run(["bash", "-n", DEPLOY / name]).returncode == 0


def test_the_container_copies_what_the_app_needs():
    copied = re.findall(r"^COPY (\S+) ", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    assert {"app.py", "pages", "assets", "cnnviz", ".streamlit/config.toml"} <= set(copied)
    assert all((DEPLOY.parent / name).exists() for name in copied)
