"""A real PostgreSQL server for the tests: a cluster of its own in a temporary folder, on a free port of the loopback."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import psycopg

# Flushing to the disk is what a test of a power cut would need; a server that is only killed loses nothing without it.
SETTINGS = {
    "autovacuum": "off",
    "fsync": "off",
    "full_page_writes": "off",
    "listen_addresses": "127.0.0.1",
    "max_wal_senders": "0",
    "shared_buffers": "16MB",
    "unix_socket_directories": "",
    "wal_level": "minimal",
}


class Cluster:
    """A PostgreSQL server that is started, stopped and thrown away."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        # The server refuses to run as root.
        self._user = "postgres" if os.geteuid() == 0 else None
        self._folder = Path(tempfile.mkdtemp(prefix="finmodel-postgresql-"))
        self._places = 0
        if self._user:
            owner = pwd.getpwnam(self._user)
            os.chown(self._folder, owner.pw_uid, owner.pw_gid)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self._run("initdb", "--no-sync", "--auth=trust", "--username=finmodel", "--encoding=UTF8", "--locale=C.UTF-8",
                  "--no-instructions")  # fmt: skip
        lines = [f"{key} = '{value}'" for key, value in {**SETTINGS, "port": self._port}.items()]
        with (self._folder / "data" / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write("\n".join(lines))
        self.start()

    @classmethod
    def create(cls) -> "Cluster":
        """Start one with the newest server programs of this machine."""
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
        named = shutil.which("initdb")
        if not found and not named:
            raise FileNotFoundError("the tests on PostgreSQL need its server programs: apt-get install postgresql")
        return cls(found[-1].parent if found else Path(named).resolve().parent)

    def _run(self, program, *arguments):
        subprocess.run(
            [self._programs / program, "--pgdata", self._folder / "data", *arguments],
            user=self._user,
            group=self._user,
            extra_groups=[] if self._user else None,
            cwd=self._folder,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def start(self) -> None:
        self._run("pg_ctl", "start", "--wait", "--log", self._folder / "log")

    def stop(self) -> None:
        """Stop it at once, as a crash would."""
        self._run("pg_ctl", "stop", "--mode=immediate")

    def new_database(self) -> str:
        """The address of an empty place to store in: a user with a schema of its own, which is made sooner than a database."""
        self._places += 1
        name = f"user_{self._places}"
        with psycopg.connect(self._url("finmodel"), autocommit=True) as connection:
            connection.execute(f"CREATE ROLE {name} LOGIN")
            connection.execute(f"CREATE SCHEMA AUTHORIZATION {name}")
        return self._url(name)

    def _url(self, user: str) -> str:
        return f"postgresql://{user}:secret@127.0.0.1:{self._port}/postgres"

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self._folder)
