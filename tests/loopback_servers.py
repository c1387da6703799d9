"""A mail server and a time-stamp authority on the loopback interface: small, and real to whoever talks to them."""

from __future__ import annotations

import http.server
import shutil
import socketserver
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest


@contextmanager
def serving(server: socketserver.BaseServer) -> Iterator[int]:
    """Serve in a thread; yield the port."""
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        address: Any = server.server_address
        yield address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class MailServer:
    """Takes mail by SMTP (RFC 5321) and keeps it; ``refuses`` makes it refuse every recipient."""

    messages: list[str] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    refuses: bool = False

    @contextmanager
    def running(self) -> Iterator[str]:
        """Yield HOST:PORT."""
        mail = self

        class Handler(socketserver.StreamRequestHandler):
            def say(self, line: str) -> None:
                self.wfile.write(f"{line}\r\n".encode())

            def handle(self) -> None:
                self.say("220 loopback")
                while line := self.rfile.readline().decode().strip():
                    word = line[:4].upper()
                    if word == "RCPT":
                        mail.recipients.append(line)
                        self.say("550 no" if mail.refuses else "250 ok")
                    elif word == "DATA":
                        self.say("354 go on")
                        lines = iter(lambda: self.rfile.readline().decode(), ".\r\n")
                        mail.messages.append("".join(text.removeprefix(".") for text in lines))
                        self.say("250 kept")
                    elif word == "QUIT":
                        self.say("221 bye")
                        return
                    else:
                        self.say("250 ok")

        with serving(socketserver.TCPServer(("127.0.0.1", 0), Handler)) as port:
            yield f"127.0.0.1:{port}"


_CONFIGURATION = """
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.3.6.1.4.1.99999.1
digests = sha256, sha384, sha512
accuracy = secs:1
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


@dataclass
class TimestampAuthority:
    """A time-stamp authority (RFC 3161) of OpenSSL's making behind HTTP; ``root`` is what its clients trust."""

    folder: Path
    answer: bytes | None = None
    """Answered instead of a stamp, where set."""

    @property
    def root(self) -> Path:
        return self.folder / "root.pem"

    def make(self) -> None:
        """Make root, authority's certificate and configuration."""
        if shutil.which("openssl") is None:
            pytest.skip("no openssl on this machine")
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "serial").write_text("01\n")
        (self.folder / "tsa.cnf").write_text(_CONFIGURATION.format(folder=self.folder))
        (self.folder / "extensions").write_text(
            "extendedKeyUsage = critical,timeStamping\nkeyUsage = critical,digitalSignature\n"
            "subjectKeyIdentifier = hash\nauthorityKeyIdentifier = keyid\n"
        )
        new = ("req", "-newkey", "rsa:2048", "-nodes", "-sha256")
        self._run(
            *new, "-x509", "-days", "30", "-subj", "/CN=Root", "-keyout", "root.key", "-out", "root.pem"
        )
        self._run(*new, "-subj", "/CN=Authority", "-keyout", "tsa.key", "-out", "tsa.csr")
        signer = ("-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial")
        self._run(
            "x509",
            "-req",
            "-days",
            "30",
            "-in",
            "tsa.csr",
            *signer,
            "-extfile",
            "extensions",
            "-out",
            "tsa.pem",
        )

    def reply(self, query: bytes) -> bytes:
        """Return the response to one query."""
        if self.answer is not None:
            return self.answer
        (self.folder / "query").write_bytes(query)
        authority = ("-config", "tsa.cnf", "-inkey", "tsa.key", "-signer", "tsa.pem")
        self._run("ts", "-reply", "-queryfile", "query", *authority, "-out", "response")
        return (self.folder / "response").read_bytes()

    @contextmanager
    def running(self) -> Iterator[str]:
        """Yield its address."""
        authority = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                content = authority.reply(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(200)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        with serving(http.server.HTTPServer(("127.0.0.1", 0), Handler)) as port:
            yield f"http://127.0.0.1:{port}/"

    def _run(self, *words: str) -> None:
        subprocess.run(["openssl", *words], cwd=self.folder, capture_output=True, check=True)
