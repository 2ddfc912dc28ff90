"""Archives of packages as the mirror has them: flat apt repositories in tar files."""

from __future__ import annotations

import subprocess
import tarfile
from pathlib import Path


def nginx_mirror(folder: Path) -> Path:
    """Make `folder/nginx.tar` from Debian's packages and return the folder; it may exist."""
    packages = folder / "nginx"
    (packages / "partial").mkdir(parents=True)
    options = [f"-oDir::Cache::archives={packages}/", "-oAPT::Sandbox::User=root", "--yes", "--no-install-recommends"]
    # Downloaded as if nothing of it were installed here, so that nothing depends on that.
    argv = ["apt-get", *options, "--reinstall", "--download-only", "install", "nginx-light"]
    subprocess.run(argv, check=True, stdout=subprocess.DEVNULL)
    index = subprocess.run(
        ["dpkg-scanpackages", ".", "/dev/null"], cwd=packages, check=True, capture_output=True
    ).stdout
    (packages / "Packages").write_bytes(index)
    with tarfile.open(folder / "nginx.tar", "w") as archive:
        for path in [*sorted(packages.glob("*.deb")), packages / "Packages"]:
            archive.add(path, path.name)
    return folder
