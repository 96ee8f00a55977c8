"""What an image that anybody can run safely needs, read from the container file."""

import re

from tests.deploy.container_file import ROOT, arguments, stages, words


def test_bases_are_pinned_by_arguments() -> None:
    """R2: each stage begins at an exact version, which a build can exchange."""
    assert {stage.base for stage in stages()} == {f"${{{name}}}" for name in arguments()}
    for image in arguments().values():
        assert re.search(r":\d+\.\d+\.\d+-|@sha256:", image), image


def test_what_is_shipped_runs_as_nobody() -> None:
    """R2: a numeric user that isn't root, no files by URL, data and /tmp alone written, GraphiQL built elsewhere."""
    *before, shipped = stages()
    assert [stage.name for stage in before] == ["browser", "build"]
    assert all(step != "ADD" for stage in stages() for step, _ in stage.steps)
    (user,) = shipped.values("USER")
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", user)
    assert [words(value) for value in shipped.values("VOLUME")] == [["/data", "/tmp"]]
    assert all(value.startswith("--from=") for value in shipped.values("COPY"))
    assert not re.search(r"\b(npm|pip)\b", " ".join(shipped.values("RUN")))


def test_only_what_the_lock_names_is_installed() -> None:
    """R2: each Python package has a hash of the lock's, and npm installs the lock and nothing else."""
    browser, build, _ = stages()
    (npm,) = browser.values("RUN")
    assert npm.startswith("npm ci ")
    (install,) = [step for step in build.values("RUN") if "pip" in step]
    assert "--require-hashes" in install
    assert "-r requirements.lock" in install


def test_it_serves_and_tells_how_it_is() -> None:
    """A7, R6: `tradewind` is what runs, `serve` where nothing is said; its health is asked of itself, and labels name it."""
    shipped = stages()[-1]
    assert [words(value) for value in shipped.values("ENTRYPOINT")] == [["tradewind"]]
    assert [words(value) for value in shipped.values("CMD")] == [["serve", "--host", "0.0.0.0"]]
    (health,) = shipped.values("HEALTHCHECK")
    assert health.endswith('CMD ["healthcheck"]')
    assert "HEALTH_URL=http://127.0.0.1:8000/live" in " ".join(shipped.values("ENV"))
    assert shipped.values("STOPSIGNAL") == ["SIGTERM"]
    labels = re.findall(r"org\.opencontainers\.image\.(\w+)=", " ".join(shipped.values("LABEL")))
    assert labels == ["title", "description", "licenses", "version", "revision"]


def test_the_builder_gets_what_it_copies_and_no_more() -> None:
    """R2: nothing that lies about in a checkout, such as a secret, can get into an image."""
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    copied = {
        source
        for stage in stages()
        for value in stage.values("COPY")
        if not value.startswith("--from=")
        for source in value.split()[:-1]
    }
    assert rules[0] == "*"
    assert {rule[1:] for rule in rules if rule.startswith("!")} == copied
    assert all((ROOT / source).exists() for source in copied)
