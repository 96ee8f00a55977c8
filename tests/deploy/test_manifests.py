"""compose.yaml, the manifests for Kubernetes and the units of systemd: valid, and about settings and paths that exist."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate  # pyright: ignore[reportMissingTypeStubs]
import pytest
import yaml

from domain.settings import Settings
from tests.deploy.container_file import ROOT

DEPLOY = ROOT / "deploy"
MANIFESTS = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
EXAMPLE = DEPLOY / ".env.example"
FILES = [ROOT / "compose.yaml", ROOT / "Dockerfile", EXAMPLE, *MANIFESTS, *UNITS]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_settings_that_are_named_exist(path: Path) -> None:
    """R6: no file for operators sets what nothing reads."""
    named = set(re.findall(r"\bTRADEWIND_[A-Z_]*[A-Z]\b", path.read_text()))
    assert named <= {f"TRADEWIND_{name.upper()}" for name in Settings.model_fields}


def _compose() -> Any:
    return yaml.safe_load((ROOT / "compose.yaml").read_text())


def test_compose() -> None:
    """R2, R5: migrations run first, all is healthy before it is used, comes back, and has the time to drain."""
    services = _compose()["services"]
    ours = {name: service for name, service in services.items() if service["image"] == "tradewind"}

    assert set(ours) == {"migrate", "server-1", "server-2", "worker-1", "worker-2"}
    assert set(services) - set(ours) == {"postgres", "valkey", "proxy"}
    for name, service in services.items():
        assert "healthcheck" in service or service["image"] == "tradewind", name
        assert service["restart"] == ("on-failure:5" if name == "migrate" else "unless-stopped")
        for needed, condition in service.get("depends_on", {}).items():
            assert condition["condition"] != "service_started", (name, needed)
            # That of ours is in the image.
            assert "healthcheck" in services[needed] or needed in ours
    for name, service in ours.items():
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
        assert service["stop_grace_period"] == "45s", name
        if name != "migrate":
            assert service["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    valkey = " ".join(services["valkey"]["command"])
    assert "--maxmemory-policy noeviction" in valkey
    assert "--appendonly yes" in valkey


def test_compose_holds_no_secret() -> None:
    """R2: whatever compose asks for is in the example of its environment, and nothing secret has a default."""
    example = EXAMPLE.read_text()
    for name in re.findall(r"\$\{(\w+):\?", (ROOT / "compose.yaml").read_text()):
        assert re.search(rf"^{name}=$", example, re.MULTILINE)
    set_to_something = re.findall(r"^(\w+)=.+$", example, re.MULTILINE)
    assert set_to_something == []


def test_workers_are_asked_where_they_answer() -> None:
    """A7: the health check of a worker asks the port at which compose has it serve its metrics."""
    environment = _compose()["services"]["worker-1"]["environment"]
    port = environment["TRADEWIND_METRICS_PORT"]
    assert environment["HEALTH_URL"] == f"http://127.0.0.1:{port}/metrics"


def _documents(path: Path) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all(path.read_text()))


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.name)
def test_manifests_are_valid(path: Path) -> None:
    """R2: each object fits the newest schema that is known of Kubernetes, without a field that it doesn't have."""
    for document in _documents(path):
        assert "namespace" not in document.get("metadata", {})
        if document["kind"] == "Kustomization":
            assert all((path.parent / name).is_file() for name in document["resources"])
        else:
            kubernetes_validate.validate(document, kubernetes_validate.latest_version(), strict=True)


def _pods() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in MANIFESTS:
        for document in _documents(path):
            if document["kind"] in {"Deployment", "Job"}:
                yield document["metadata"]["name"], document["spec"]["template"]["spec"]


def test_pods_are_restricted() -> None:
    """R2, R5: each pod fits the restricted standard of pod security, writes to volumes alone, and has time to drain."""
    pods = dict(_pods())
    assert set(pods) == {"tradewind-server", "tradewind-worker", "tradewind-migrate"}
    for name, pod in pods.items():
        assert pod["securityContext"]["runAsNonRoot"], name
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        (container,) = pod["containers"]
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }, name
        assert {mount["mountPath"] for mount in container["volumeMounts"]} == {"/data", "/tmp"}, name
        assert {"requests", "limits"} == container["resources"].keys(), name
        if name != "tradewind-migrate":
            assert pod["terminationGracePeriodSeconds"] >= 45, name
            assert {"startupProbe", "readinessProbe", "livenessProbe"} <= container.keys(), name


def test_kustomize_builds(tmp_path: Path) -> None:
    """R2: what `kubectl apply -k` would send is valid, and each selector finds the pods that it is about."""
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        pytest.skip("there is no kubectl on the path")
    done = subprocess.run(
        [kubectl, "kustomize", DEPLOY / "kubernetes"], capture_output=True, text=True, check=True
    )
    built = list(yaml.safe_load_all(done.stdout))
    for document in built:
        kubernetes_validate.validate(document, kubernetes_validate.latest_version(), strict=True)
    pods = {
        document["metadata"]["name"]: document["spec"]["template"]["metadata"]["labels"]
        for document in built
        if document["kind"] in {"Deployment", "Job"}
    }
    selectors = {
        (document["kind"], document["metadata"]["name"]): document["spec"]["selector"]
        for document in built
        if document["kind"] in {"Deployment", "Service", "PodDisruptionBudget"}
    }
    for (kind, name), selector in selectors.items():
        wanted = selector if kind == "Service" else selector["matchLabels"]
        assert [pod for pod, labels in pods.items() if wanted.items() <= labels.items()] == [name]


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_units_are_valid(path: Path, tmp_path: Path) -> None:
    """R5, R6: systemd knows each line of a unit, the program is the one that set-up makes, and it may drain."""
    text = path.read_text()
    assert re.search(r"^ExecStart=/opt/tradewind/\.venv/bin/tradewind (serve|worker)\b", text, re.MULTILINE)
    assert "TimeoutStopSec=45\n" in text
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("there is no systemd-analyze on the path")
    unit = tmp_path / path.name
    unit.write_text(text.replace("/opt/tradewind/.venv/bin/tradewind", "/bin/true"))
    instance = tmp_path / path.name.replace("@", "@8000")
    done = subprocess.run([analyze, "verify", instance], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
