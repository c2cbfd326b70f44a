"""moto's own server, asked in the process: every service that the local AWS does not answer itself."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from audit.demo.endpoint import Request
from audit.demo.wire import Reply
from audit.model.error import MissingLibraryError

if TYPE_CHECKING:
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication

_OURS = ("content-type", "content-length", "connection", "date", "server")


class MotoServer:
    """The WSGI application behind moto's server mode."""

    def __init__(self) -> None:
        """Raises MissingLibraryError where the extra `demo` is not installed."""
        try:
            from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
        except ImportError as error:
            raise MissingLibraryError(
                "the local AWS needs moto's server, which is not installed; run `pip install 'mturk-audit[demo]'`"
            ) from error
        self._application: DomainDispatcherApplication = DomainDispatcherApplication(create_backend_app)

    def answer(self, request: Request) -> Reply:
        """Hand the request on as it came."""
        from werkzeug.test import EnvironBuilder, run_wsgi_app

        builder = EnvironBuilder(
            path=request.path.partition("?")[0],
            query_string=request.path.partition("?")[2],
            base_url=f"http://{request.header('Host')}",
            method=request.method,
            headers=list(request.headers.items()),
            input_stream=BytesIO(request.body),
        )
        environ = builder.get_environ()
        builder.close()
        chunks, status, headers = run_wsgi_app(self._application, environ, buffered=True)
        return Reply(
            status=int(status.split(" ", 1)[0]),
            body=b"".join(chunks),
            content_type=headers.get("Content-Type", ""),
            headers=tuple((name, value) for name, value in headers.items() if name.lower() not in _OURS),
        )
