"""A service for judges: a built peakon-service on a free port of the loopback interface, with an empty database and a random token."""

import os
import pathlib
import secrets
import subprocess
import sys
import tempfile
import urllib.parse


class Service:
    """A running service, which ends with the `with` block."""

    def __init__(self, program, arguments, database=None):
        self.token = secrets.token_urlsafe(24)
        self.folder = tempfile.TemporaryDirectory(prefix="peakon-judges-")
        self.database = None
        if database:
            self.server, self.database = database, f"peakon_judged_{secrets.token_hex(8)}"
            self.ask_server(f"CREATE DATABASE {self.database}")
            url = urllib.parse.urlsplit(database)._replace(path=f"/{self.database}").geturl()
        else:
            url = f"sqlite://{pathlib.Path(self.folder.name) / 'peakon.db'}"
        self.log = open(pathlib.Path(self.folder.name) / "log", "w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [
                program,
                "--listen=127.0.0.1:0",
                # A judge asks as fast as the machine allows, and would judge the limit.
                "--requests-per-second=0",
                *arguments,
            ],
            env=os.environ | {"PEAKON_TOKEN": self.token, "DATABASE_URL": url},
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )
        ready = self.process.stdout.readline().split()
        if len(ready) != 2 or ready[0] != "ready":
            self.process.wait()
            sys.exit(f"the service does not start:\n{self.logged()}")
        self.url = ready[1]

    def ask_server(self, statement):
        """Asks PostgreSQL for a database, or to drop it."""
        subprocess.run(["psql", "-qX", self.server, "-c", statement], check=True)

    def logged(self):
        self.log.seek(0)
        return self.log.read()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(30)
        self.log.close()
        self.folder.cleanup()
        if self.database:
            self.ask_server(f"DROP DATABASE {self.database} WITH (FORCE)")
