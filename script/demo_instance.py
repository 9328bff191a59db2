"""An instance of the demonstration for scripts that speak to its API: a free port of this machine, its own
folder, and a token for everybody. Also the packages that such scripts need, in an environment of their own.
"""

import json, socket, subprocess, sys, tempfile, time, urllib.error, urllib.request
from pathlib import Path

ROLES = ["coordinator", "officer-port-meridian", "expert-1", "agency", "analyst", "operator"]
PASSWORD = "walk in the stoa"


def absent(what, so):
    print(f"*** {what.upper()} IS ABSENT: {so}. ***")
    return None


def venv(folder, packages):
    """The folder of programs of a virtual environment with these packages, or None without a registry."""
    programs = folder / "bin"
    if not (programs / "pip").exists() and subprocess.run([sys.executable, "-m", "venv", folder]).returncode != 0:
        return absent("venv", f"{packages[0]} does not run")
    if subprocess.run([programs / "pip", "install", "--quiet", "--disable-pip-version-check", *packages], timeout=900).returncode != 0:
        return absent("the registry of Python", f"{packages[0]} does not run")
    return programs


class Instance:
    """`stoa demo`, while the block lasts."""

    def __init__(self, stoa):
        self.stoa, self.tokens, self.refresh = stoa, {}, {}

    def __enter__(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.folder = tempfile.TemporaryDirectory()
        self.log = open(Path(self.folder.name) / "log", "w")
        command = [self.stoa, "demo", "--port", str(port), "--data", str(Path(self.folder.name) / "demo")]
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log)
        for _ in range(1200):
            if self.process.poll() is not None:
                sys.exit(f"stoa demo ended: {Path(self.log.name).read_text()}")
            try:
                self.ask("GET", "/health")
                break
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.25)
        # All at once, before anybody tries passwords from this address.
        for role in ROLES:
            given = self.ask("POST", "/api/v1/tokens", body={"email": f"{role}@demo.stoa.example", "password": PASSWORD})
            self.tokens[role], self.refresh[role] = given["access_token"], given["refresh_token"]
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(30)
        self.log.close()
        self.folder.cleanup()

    def ask(self, method, path, token=None, body=None):
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, headers=headers, method=method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=60) as answer:
            return json.loads(answer.read())

    def get(self, role, path):
        """What somebody reads, or nothing."""
        try:
            return self.ask("GET", path, self.tokens[role])
        except urllib.error.HTTPError:
            return {}

    def renew(self, role):
        """A new access token, for another quarter of an hour."""
        given = self.ask("POST", "/api/v1/tokens/refresh", body={"refresh_token": self.refresh[role]})
        self.tokens[role], self.refresh[role] = given["access_token"], given["refresh_token"]
        return self.tokens[role]

    def client(self, package, role):
        """A client of openapi-python-client's, which refuses statuses that are not documented."""
        arguments = {"raise_on_unexpected_status": True, "httpx_args": {"trust_env": False}, "timeout": 60}
        if role is None:
            return package.Client(self.url, **arguments)
        return package.AuthenticatedClient(self.url, self.tokens[role], **arguments)
