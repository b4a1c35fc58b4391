"""A web server of this computer that gives files and parts of them, and counts."""

from __future__ import annotations

import contextlib
import io
import os
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer


class Handler(SimpleHTTPRequestHandler):
    """Serves files; what is in `broken` is answered with that status."""

    broken: dict[str, int] = {}  # noqa: RUF012 - shared on purpose
    asked: list[str] = []  # noqa: RUF012 - of each request its path
    knows_parts = True

    def log_message(self, *_):
        pass

    def send_head(self):
        self.asked.append(self.path)
        if self.path in self.broken:
            self.send_error(self.broken[self.path])
            return None
        path = self.translate_path(self.path)
        span = self.headers.get("Range")
        if span is None or not self.knows_parts or not os.path.isfile(path):
            return super().send_head()
        return self._send_part(path, *span.removeprefix("bytes=").split("-"))

    def _send_part(self, path, first, last):
        size = os.path.getsize(path)
        begin, stop = int(first), min(int(last) + 1, size) if last else size
        if begin >= size:
            self.send_error(416)
            return None
        with open(path, "rb") as file:
            file.seek(begin)
            content = file.read(stop - begin)
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {begin}-{stop - 1}/{size}")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        return io.BytesIO(content)


@contextlib.contextmanager
def serving(folder):
    """Give the address of a folder."""
    Handler.broken.clear()
    Handler.asked.clear()
    handler = partial(Handler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as web:
        thread = threading.Thread(target=web.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{web.server_port}"
        web.shutdown()
        thread.join()
