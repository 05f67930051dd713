"""HTTP calls: paced, timed, recorded; errors hold no secrets."""

from __future__ import annotations

import hashlib
import io
import json
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import requests
from urllib3 import Timeout

from contracts.bounded_response import ANSWER_LIMIT_BYTES, AnswerTooLargeError
from contracts.konnect.base import SUITE_AGENT
from scenarios.records import Answered, Asked, Exchange, Pdf
from scenarios.records.recorder import StepRecorder
from scenarios.records.version import version
from scenarios.targets.answers import secrets_in

AGENT = f"{SUITE_AGENT}/{version()}"
"""User-Agent of all calls: the mock's journal marks them."""

CONNECT_LIMIT_S = 10.0
EXCHANGE_LIMIT_S = 60.0
"""Deadline of one exchange: connecting, sending, head and body together."""
CHUNK_BYTES = 65_536
PDF_PAGES_LIMIT = 100
PDF_TEXT_LIMIT = 4_000
"""Characters of a PDF's text that are recorded."""
BODY_TEXT_LIMIT = 20_000


class TargetLostError(Exception):
    """A call without usable answer; the message has no address or credentials."""


class WritesSpentError(Exception):
    """The target's `writes_max` is reached."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: `body` is the JSON value or text, `content` the bytes."""

    status: int
    headers: Mapping[str, str]
    body: Any
    content: bytes

    @property
    def is_pdf(self) -> bool:
        """Whether the content type is PDF."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower() == "application/pdf"


@dataclass(slots=True)
class Pacer:
    """A limiter by `requests_per_s_max` and `writes_max`; None means unlimited."""

    requests_per_s_max: float | None = None
    writes_max: int | None = None
    writes: int = 0
    _next: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def request(self) -> None:
        """Wait for the turn of the next request."""
        if not self.requests_per_s_max:
            return
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next)
            self._next = turn + 1 / self.requests_per_s_max
        time.sleep(turn - now)

    def write(self) -> None:
        """Count a write; raises `WritesSpentError` above the limit."""
        with self._lock:
            if self.writes_max is not None and self.writes >= self.writes_max:
                raise WritesSpentError(f"all {self.writes_max} writes of this run (writes_max) are used up")
            self.writes += 1


@dataclass(slots=True)
class Wire:
    """Connection to one target; each thread has its own session.

    `limit_s` is the deadline of one exchange.
    """

    base_url: str
    make_session: Callable[[], requests.Session]
    pacer: Pacer
    limit_s: float = EXCHANGE_LIMIT_S
    _local: threading.local = field(default_factory=threading.local)

    @property
    def session(self) -> requests.Session:
        """The session of this thread."""
        if not hasattr(self._local, "session"):
            self._local.session = self.make_session()
        session: requests.Session = self._local.session
        return session

    def send(
        self,
        recorder: StepRecorder,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        body: Any = None,
        touchpoint: str | None = None,
        key: str | None = None,
        secrets: Callable[[Any], Iterable[str]] = lambda _answer: (),
    ) -> Reply:
        """Send and record a call.

        `key` is that of the `sending` record. `secrets` finds those of the answer, which are masked from then
        on. Raises `TargetLostError`.
        """
        request = self._prepare(method, path, query, headers, body)
        self.pacer.request()
        started_at, began = datetime.now(UTC), time.perf_counter()
        reply, trouble = self.exchange(request)
        if reply:  # before the record, which may hold a token twice
            words = secrets_in([reply.body, dict(reply.headers)]) if touchpoint == "generate_token" else ()
            for secret in (*secrets(reply.body), *words):
                recorder.hide(secret)
        recorder.exchange(
            Exchange(
                flow=recorder.flow,
                step=recorder.step,
                method=method,
                url=request.url or self.base_url,
                request=Asked(headers=dict(request.headers), body=body),
                answer=answered(reply) if reply else None,
                trouble=trouble,
                started_at=started_at,
                elapsed_ms=round((time.perf_counter() - began) * 1000, 3),
                key=key,
                touchpoint=touchpoint,
            )
        )
        if reply is None:
            raise TargetLostError(f"{method} {path}: {trouble}")
        return reply

    def _prepare(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any] | None,
        headers: Mapping[str, str] | None,
        body: Any,
    ) -> requests.PreparedRequest:
        sent = {"Accept": "application/json, application/pdf", "User-Agent": AGENT, **(headers or {})}
        data = None
        if body is not None:
            sent["Content-Type"] = "application/json"
            data = json.dumps(body)
        request = requests.Request(method, self.base_url + path, params=query, headers=sent, data=data)
        return self.session.prepare_request(request)

    def exchange(self, request: requests.PreparedRequest) -> tuple[Reply | None, str | None]:
        """Send a prepared request, without pacing and recording.

        Returns the reply, or the reason why there is none. Exceptions are rebuilt because their text holds
        the complete address.
        """
        limit = Timeout(connect=min(CONNECT_LIMIT_S, self.limit_s), total=self.limit_s)
        deadline = time.monotonic() + self.limit_s
        try:
            # requests passes the timeout on to urllib3, which knows a total
            response = self.session.send(request, timeout=limit, allow_redirects=False, stream=True)  # type: ignore[arg-type]
            content = _read(response)
        except AnswerTooLargeError as error:
            return None, str(error)
        except (requests.RequestException, OSError) as error:
            return None, self._trouble(error, late=time.monotonic() >= deadline)
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Reply(response.status_code, headers, _json_or_text(content), content), None

    def _trouble(self, error: BaseException, *, late: bool) -> str:
        """Return why an exchange has no reply, without its address."""
        cause: BaseException | None = error
        while cause is not None and not isinstance(cause, AnswerTooLargeError):
            cause = cause.__context__
        if cause is not None:
            return str(cause)
        return f"no complete answer within {self.limit_s:g} s" if late else f"no answer ({why_none(error)})"


_WHY_NONE = {
    "RemoteDisconnected": "the connection was closed",
    "BadStatusLine": "what came is no HTTP",
    "IncompleteRead": "it broke off",
}
"""Name of an inner error -> what it means."""


def why_none(error: BaseException) -> str:
    """Say why no answer came, without its address."""
    text = str(error)
    return next((says for name, says in _WHY_NONE.items() if name in text), type(error).__name__)


def _read(response: requests.Response) -> bytes:
    """Read an answer; raises `AnswerTooLargeError`, also for one that grows by unpacking."""
    content = bytearray()
    with response:
        for chunk in response.iter_content(CHUNK_BYTES):
            content += chunk
            if len(content) > ANSWER_LIMIT_BYTES:
                raise AnswerTooLargeError
    return bytes(content)


def _json_or_text(content: bytes) -> Any:
    if content.startswith(b"%PDF"):
        return None
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return content.decode("utf-8", "replace")[:BODY_TEXT_LIMIT]


def answered(reply: Reply) -> Answered:
    """Convert an answer to its record."""
    if reply.content.startswith(b"%PDF"):
        digest = hashlib.sha256(reply.content).hexdigest()
        text = pdf_text(reply.content) or ""
        pdf = Pdf(size_bytes=len(reply.content), sha256=digest, text=text[:PDF_TEXT_LIMIT])
        return Answered(status=reply.status, headers=dict(reply.headers), pdf=pdf)
    return Answered(status=reply.status, headers=dict(reply.headers), body=reply.body)


@lru_cache(maxsize=32)
def pdf_text(content: bytes) -> str | None:
    """Return the text of a PDF; None if it cannot be read."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        pages = PdfReader(io.BytesIO(content)).pages
        return "\n".join(pages[n].extract_text() for n in range(min(len(pages), PDF_PAGES_LIMIT)))
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError):
        return None
