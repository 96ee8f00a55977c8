"""The container file's own steps, in a Debian made for it: built, and run as it runs there, without a container engine."""

import os
import shlex
import shutil
import subprocess
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.demo.processes import free_port
from tests.deploy.container_file import ROOT, Stage, arguments, stages, words

KEY = "k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
_PROGRAMS = {name: shutil.which(name) for name in ("debootstrap", "unshare", "chroot", "mount", "npm", "pip")}
_CHROOT, _UNSHARE = str(_PROGRAMS["chroot"]), str(_PROGRAMS["unshare"])

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.geteuid() != 0, reason="making a Debian root needs root"),
    *(
        pytest.mark.skipif(path is None, reason=f"there is no {name} on the path")
        for name, path in _PROGRAMS.items()
    ),
]


@dataclass(frozen=True)
class Image:
    """A stage that is built: its files, and how it is run."""

    root: Path
    stage: Stage
    environment: dict[str, str]

    def value(self, instruction: str) -> str:
        return self.stage.values(instruction)[-1]


@contextmanager
def _mounted(target: Path, *arguments: str) -> Generator[Path]:
    target.mkdir(exist_ok=True)
    subprocess.run(["mount", *arguments, target], check=True)
    try:
        yield target
    finally:
        subprocess.run(["umount", "--lazy", target], check=True)


def _debian(folder: Path, suite: str) -> Path:
    """A Debian with the Python that an image of that suite has, from the mirror that this machine uses."""
    targets = ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Label: Debian", "Created-By: Packages"]
    found = subprocess.run(targets, capture_output=True, text=True, check=False).stdout.split()
    command = [
        "debootstrap",
        "--variant=minbase",
        "--include=python3,python3-pip,python3-venv,ca-certificates",
    ]
    subprocess.run([*command, suite, folder, *found[:1]], check=True, stdout=subprocess.DEVNULL)
    return folder


def _wheels(folder: Path, python: str) -> Path:
    """What the lock names, fetched as this machine fetches: the root knows neither its index nor its certificates."""
    command = [
        "pip",
        "download",
        "--quiet",
        "--require-hashes",
        "--only-binary=:all:",
        "--python-version",
        python,
    ]
    subprocess.run([*command, "-r", ROOT / "requirements.lock", "-d", folder], check=True)
    return folder


def _copy(source: Path, target: Path, *, into_folder: bool) -> None:
    if source.is_dir():
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True, ignore=ignored)
    else:
        (target if into_folder else target.parent).mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)


class Builder:
    """Does what the container file says, stage by stage: each is a folder over the Debian, as an engine's layers are."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        self._stack = stack
        self._folder = folder
        self._roots: dict[str, Path] = {}
        version, _, suite = arguments()["PYTHON_IMAGE"].rpartition(":")[2].partition("-slim-")
        self._python = ".".join(version.split(".")[:2])
        self._debian = _debian(folder / "debian", suite)
        self._wheels = _wheels(folder / "wheels", self._python)

    def build(self) -> Image:
        return [self._stage(stage) for stage in stages()][-1]

    def _stage(self, stage: Stage) -> Image:
        # Node is this machine's own, so its stage is a mere folder, in which the commands run.
        has_debian = "PYTHON" in stage.base
        root = self._layer(stage.name or "shipped") if has_debian else self._folder / stage.name
        root.mkdir(exist_ok=True)
        if stage.name:
            self._roots[stage.name] = root
        environment, place = {"PATH": "/usr/local/bin:/usr/bin:/bin"}, "/"
        for instruction, value in stage.steps:
            if instruction == "WORKDIR":
                place = value
                (root / place.lstrip("/")).mkdir(parents=True, exist_ok=True)
            elif instruction == "ENV":
                environment |= dict(pair.split("=", 1) for pair in shlex.split(value))
            elif instruction == "COPY":
                self._copy(root / place.lstrip("/"), root, value)
            elif instruction == "RUN" and has_debian:
                self._run(root, place, value, environment)
            elif instruction == "RUN":
                subprocess.run(
                    ["sh", "-c", value], cwd=root / place.lstrip("/"), check=True, stdout=subprocess.DEVNULL
                )
        return Image(root, stage, environment)

    def _layer(self, name: str) -> Path:
        upper, work = self._folder / f"{name}-upper", self._folder / f"{name}-work"
        upper.mkdir()
        work.mkdir()
        options = f"lowerdir={self._debian},upperdir={upper},workdir={work}"
        return self._stack.enter_context(
            _mounted(self._folder / name, "-t", "overlay", "overlay", "-o", options)
        )

    def _copy(self, place: Path, root: Path, value: str) -> None:
        *sources, target = value.split()
        base = ROOT
        if sources[0].startswith("--from="):
            base = self._roots[sources.pop(0).removeprefix("--from=")]
        to = root / target.lstrip("/") if target.startswith("/") else place / target
        for source in sources:
            _copy(base / source.lstrip("/"), to, into_folder=target.endswith("/"))

    def _run(self, root: Path, place: str, command: str, environment: dict[str, str]) -> None:
        found = environment | {
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": "/wheels",
            "PIP_ROOT_USER_ACTION": "ignore",
        }
        with _mounted(root / "wheels", "--bind", str(self._wheels)):
            done = subprocess.run(
                [_CHROOT, root, "/bin/sh", "-c", f"cd {place} && {command}"],
                env=found,
                capture_output=True,
                text=True,
                check=False,
            )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Image]:
    """The image, mounted read-only but for its volumes, as `docker run --read-only` has it."""
    folder = tmp_path_factory.mktemp("image")
    with ExitStack() as stack:
        built = Builder(stack, folder).build()
        root = stack.enter_context(_mounted(folder / "run", "--bind", str(built.root)))
        subprocess.run(["mount", "-o", "remount,bind,ro", root], check=True)
        uid, gid = map(int, built.value("USER").split(":"))
        for volume in words(built.value("VOLUME")):
            owner = f"uid={uid},gid={gid},mode={'1777' if volume == '/tmp' else '755'}"
            stack.enter_context(_mounted(root / volume.lstrip("/"), "-t", "tmpfs", "tmpfs", "-o", owner))
        yield Image(root, built.stage, built.environment)


def _command(image: Image, *command: str) -> list[str]:
    """As its user, in a PID namespace of its own: the program is process 1 there, as in a container."""
    place = image.value("WORKDIR")
    inside = f'cd {place} && exec "$@"'
    user = f"--userspec={image.value('USER')}"
    return [
        *(_UNSHARE, "--pid", "--fork", "--kill-child", _CHROOT, user, "--groups=", str(image.root)),
        *("/bin/sh", "-c", inside, "sh", *command),
    ]


@contextmanager
def _running(
    image: Image, environment: dict[str, str], log: Path, *arguments: str
) -> Generator["subprocess.Popen[Any]"]:
    command = _command(image, *words(image.value("ENTRYPOINT")), *arguments)
    with log.open("wb") as file:
        process = subprocess.Popen(command, env=environment, stdout=file, stderr=file)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _inside(process: "subprocess.Popen[Any]") -> int:
    """The process that is number 1 inside."""
    return int(Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()[0])


def test_the_image_runs(image: Image, tmp_path: Path) -> None:
    """R2, R5, R6, A7: it migrates, serves and works as its user on a root that can't be written, and ends by SIGTERM."""
    port, metrics = free_port(), free_port()
    environment = image.environment | {"TRADEWIND_ENCRYPTION_KEYS": KEY, "TRADEWIND_GRAPHIQL": "true"}
    entry = words(image.value("ENTRYPOINT"))

    def run(*command: str, **more: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            _command(image, *command), env=environment | more, capture_output=True, text=True, check=False
        )

    assert run("id", "-u").stdout.strip() == image.value("USER").partition(":")[0]
    assert run("touch", "/app/api/x").returncode != 0
    migrated = run(*entry, "migrate")
    assert migrated.returncode == 0, migrated.stderr
    key = run(*entry, "keys", "create", "--admin")
    assert len(key.stdout.split()) == 1, key.stderr

    health = words(image.value("HEALTHCHECK").rpartition("CMD ")[2])
    at_server = {"HEALTH_URL": f"http://127.0.0.1:{port}/live"}
    at_worker = {"HEALTH_URL": f"http://127.0.0.1:{metrics}/metrics", "TRADEWIND_METRICS_PORT": str(metrics)}
    assert run(*health, **at_server).returncode != 0

    server_log, worker_log = tmp_path / "server.log", tmp_path / "worker.log"
    serve = [*words(image.value("CMD")), "--port", str(port)]
    with (
        _running(image, environment, server_log, *serve) as server,
        _running(image, environment | at_worker, worker_log, "worker") as worker,
    ):
        for process, at, log in ((server, at_server, server_log), (worker, at_worker, worker_log)):
            while run(*health, **at).returncode != 0:
                assert process.poll() is None, log.read_text()
        assert httpx.get(f"http://127.0.0.1:{port}/ready").json() == {"status": "ready", "problems": {}}
        page = httpx.get(f"http://127.0.0.1:{port}/graphql", headers={"Accept": "text/html"})
        assert "graphiql/assets/" in page.text

        for process in (worker, server):
            os.kill(_inside(process), 15)
            assert process.wait(45) in {0, 143, -15}
        assert "worker.stopped" in worker_log.read_text()
        assert "server.stopped" in server_log.read_text()
