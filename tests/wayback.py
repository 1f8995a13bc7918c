"""A Wayback Machine for tests: it speaks the service's interface, with its errors and limits."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from loopback import Behaviour, Question

PAGE = "https://example.org/page?a=1"
JOB = "spn2-0123456789abcdef0123456789abcdef01234567"
STAMP = "20261125180000"


@dataclass
class Machine:
    """A Wayback Machine: which copies it has, and how it answers."""

    copies: dict[str, tuple[str, str]] = field(default_factory=dict)
    moods: list[str] = field(default_factory=list)
    """How the next requests to save are answered, one each; then as ``usual``."""
    usual: str = "redirect"
    lookup: list[str] = field(default_factory=list)
    status: list[dict[str, object]] = field(default_factory=list)
    saved: list[str] = field(default_factory=list)
    account: list[str] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    copy_status: int = 200

    def available(self, question: Question) -> None:
        query = parse_qs(urlsplit(question.path).query)
        url = query["url"][0]
        self.asked.append((url, query["timestamp"][0]))
        mood = self.lookup.pop(0) if self.lookup else ""
        if mood == "429":
            question.answer(429, b"<html>Too Many Requests", Retry_After="7")
        elif mood == "503":
            question.answer(503, b"<html>Service Unavailable")
        elif mood:
            question.answer(200, mood.encode())
        else:
            found: dict[str, object] = {"url": url, "archived_snapshots": {}}
            if url in self.copies:
                stamp, status = self.copies[url]
                closest = {
                    "status": status,
                    "available": True,
                    "url": f"http://web.archive.org/web/{stamp}/{url}",
                    "timestamp": stamp,
                }
                found["archived_snapshots"] = {"closest": closest}
            question.answer(200, json.dumps(found).encode(), Content_Type="application/json")

    def save(self, question: Question) -> None:
        if question.path.startswith("/save/status/"):
            assert question.path == f"/save/status/{JOB}"
            question.answer(200, json.dumps(self.status.pop(0)).encode())
            return
        if question.command == "POST":
            self.account.append(question.headers["Authorization"])
            self.saved.append(parse_qs(question.form())["url"][0])
        else:
            self.saved.append(question.path.removeprefix("/save/"))
        mood = self.moods.pop(0) if self.moods else self.usual
        copy = f"/web/{STAMP}/{self.saved[-1]}"
        match mood:
            case "redirect":
                question.answer(302, Location=copy)
            case "location":
                question.answer(200, b"<html>", Content_Location=copy)
            case "link":
                link = f'<http://web.archive.org{copy}>; rel="memento"'
                question.answer(200, b"<html>", Link=link)
            case "script":
                question.answer(200, f'<script>spn.watchJob("{JOB}", "/_static/")'.encode())
            case "job":
                question.answer(200, json.dumps({"url": PAGE, "job_id": JOB}).encode())
            case "bad-job":
                question.answer(200, json.dumps({"url": PAGE, "job_id": "../../x"}).encode())
            case "429":
                question.answer(429, b"<h1>Too Many Requests", Retry_After="60")
            case "429-day":
                question.answer(429, b"<h1>Too Many Requests", Retry_After="86400")
            case "session":
                said = "You have already reached the limit of active sessions."
                question.answer(200, json.dumps({"message": said, "status": "error"}).encode())
            case "robots":
                question.answer(403, X_Archive_Wayback_Runtime_Error="Blocked By \x1b[1m Robots")
            case "523":
                question.answer(523, X_Archive_Wayback_Runtime_Error="origin unreachable")
            case "message":
                question.answer(400, json.dumps({"message": "No such host"}).encode())
            case "hang":
                question.hang()
            case code:
                question.answer(int(code), b"<html>sorry")

    def routes(self) -> dict[str, Behaviour]:
        return {
            "wayback": self.available,
            "save": self.save,
            "web": lambda q: q.answer(self.copy_status, b"<html>the copy"),
        }
