"""Files of a mall's labels, and what of them and of its packages goes another way than usual."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class LabelFiles:
    """Of one mall: which files are not to be had yet, and what the host answers in place of one."""

    not_before: dict[str, int] = field(default_factory=dict)
    """By package: Unix seconds."""
    without_manifest: set[str] = field(default_factory=set)
    """Packages of which the carrier wants a manifest first."""
    answers_with: dict[str, bytes] = field(default_factory=dict)
    """By package: in place of its PDF."""
    handed_out: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Packages by the secret in their URL, each with when that ends."""
    foreign_host: str = ""
    """Stands in URLs in place of this one."""
    refuses_confirmation: dict[str, str] = field(default_factory=dict)
    """What is warned of packages in a good answer, that are then not confirmed."""
