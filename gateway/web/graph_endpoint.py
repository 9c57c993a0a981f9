"""GraphQL over HTTP (the GraphQL Foundation's draft): bytes to the corridor, answers to bytes.

JSON by POST, queries by GET, no batches. Whatever the bytes are, the answer is a coded one. The work
for a request stops when its caller leaves.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gateway.faults import ClientFault, FaultCode, GatewayFault, Problem, status_of
from gateway.identity.presented import Scheme
from gateway.identity.refusals import TokenRefused
from gateway.pipeline.admit import AdmittedRequest, Arrival, GraphQLParams, read_inquiry, read_params, stamp
from gateway.pipeline.answer import fault_body
from gateway.pipeline.house import House
from gateway.pipeline.run import Answer, run
from gateway.pipeline.seal_receipt import HEADER as RECEIPT_HEADER
from gateway.setting_identity import Proxy
from gateway.settings import Limits
from gateway.telemetry.under_way import tell_end, tell_name
from gateway.web.credentials import read_credentials
from gateway.web.negotiation import JSON_TYPE, RESPONSE_TYPE, best_type
from gateway.web.peer import address_of

_LOG = logging.getLogger("creditgraph.web")
_STATED_ONCE = (
    *("authorization", "inquiry-purpose", "inquiry-matter", "inquiry-case-reference"),
    "inquiry-workflow",
)
"""Headers of which a second one would say something else than the one that is believed."""
_DOCUMENT_FAULTS = frozenset({FaultCode.SYNTAX, FaultCode.INVALID_DOCUMENT})
"""Answered with 200 where a client accepts `application/json` only (GraphQL over HTTP §6.4.1)."""
_TEMPORARY = frozenset({FaultCode.AUDIT_UNWRITABLE, FaultCode.REGISTER_UNREADABLE, FaultCode.ISSUER_UNREACHABLE})
_NO_PROXY = Proxy()
_SOMEWHERE = "somewhere"
"""Who comes from nobody knows where is counted with all others of whom that holds, as nobody may go uncounted."""


class GraphEndpoint:
    """The ASGI application at `/graphql`."""

    def __init__(
        self,
        house: House,
        limits: Limits,
        page: Callable[[Request], Response] | None = None,
        *,
        address: str = "",
        proxy: Proxy = _NO_PROXY,
    ) -> None:
        self._house = house
        self._limits = limits
        self._page = page
        self._address = address
        """Where the world asks, which proofs of possession have to name; "" lets none hold."""
        self._proxy = proxy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        arrival = stamp(self._limits.request_timeout)
        tell_name(arrival.request_id)
        if self._page is not None and _wants_page(request):
            await self._page(request)(scope, receive, send)
            return
        try:
            response = await self._answer(request, arrival)
        except ClientDisconnect:
            return
        await response(scope, receive, send)

    async def _answer(self, request: Request, arrival: Arrival) -> Response:
        media_type = RESPONSE_TYPE
        try:
            media_type = best_type(",".join(request.headers.getlist("accept")))
            admitted = await self._admit(request, arrival)
            answer = await _unless_left(run(admitted, self._house), request)
            headers = answer.cause.headers if answer.cause is not None else ()
            given = (RECEIPT_HEADER, answer.receipt)
            return _respond(answer, media_type, arrival, headers=[*headers, *self._next_nonce(admitted), given])
        except ClientFault as fault:
            answer = Answer(fault_body(fault), status_of(fault.code), fault.code, cause=fault)
            return _respond(answer, media_type, arrival, headers=fault.headers)
        except GatewayFault as fault:
            _LOG.error("request %s failed: %s", arrival.request_id, fault.code, extra={"code": fault.code.value})
            later = [("Retry-After", "1")] if fault.code in _TEMPORARY else []
            return _respond(_broken(fault.code, arrival), media_type, arrival, headers=later)
        except ClientDisconnect:
            raise
        except Exception as fault:  # noqa: BLE001 - the web door's one: nothing of an unforeseen fault may leave
            _LOG.error("request %s failed: %s", arrival.request_id, type(fault).__qualname__, exc_info=_where(fault))
            return _respond(_broken(FaultCode.INTERNAL, arrival), media_type, arrival)

    async def _admit(self, request: Request, arrival: Arrival) -> AdmittedRequest:
        if request.headers.get("sec-fetch-site") == "cross-site":
            raise ClientFault(FaultCode.CROSS_SITE, "requests from other sites are not served")
        for name in _STATED_ONCE:
            if len(request.headers.getlist(name)) > 1:
                raise ClientFault(FaultCode.MALFORMED, f"the header `{name}` is given twice")
        params, raw = await self._params(request, arrival)
        return AdmittedRequest(
            params=params,
            presented=read_credentials(request, address=self._address, proxy=self._proxy),
            stated=read_inquiry(request.headers),
            request_id=arrival.request_id,
            as_of=arrival.as_of,
            deadline=arrival.deadline,
            address=address_of(request, self._proxy) or _SOMEWHERE,
            method=request.method,
            raw=raw,
        )

    def _next_nonce(self, admitted: AdmittedRequest) -> Sequence[tuple[str, str]]:
        """What the caller's next proof has to repeat (RFC 9449 §8.2), so that it need not be told by a refusal."""
        if admitted.presented is None or admitted.presented.scheme is not Scheme.DPOP:
            return ()
        nonce = self._house.verifier.nonce(admitted.as_of.timestamp())
        return (("DPoP-Nonce", nonce),) if nonce else ()

    async def _params(self, request: Request, arrival: Arrival) -> tuple[GraphQLParams, bytes]:
        """The parameters, and the bytes that they were read from."""
        if request.method == "GET":
            return read_params(_from_query(request)), request.scope["query_string"]
        if request.method != "POST":
            raise ClientFault(FaultCode.METHOD_NOT_ALLOWED, "GraphQL is served by POST and GET")
        kind, _, rest = request.headers.get("content-type", "").partition(";")
        charset = rest.replace(" ", "").lower()
        if kind.strip().lower() != JSON_TYPE or charset not in {"", "charset=utf-8", 'charset="utf-8"'}:
            message = "the body must be `application/json` in UTF-8"
            raise ClientFault(FaultCode.UNSUPPORTED_MEDIA_TYPE, message)
        try:
            async with asyncio.timeout_at(arrival.deadline):
                body = await self._body(request)
        except TimeoutError as fault:
            raise ClientFault(FaultCode.TOO_SLOW, "the body did not arrive in time") from fault
        return read_params(_json(body, "body")), body

    async def _body(self, request: Request) -> bytes:
        parts, size = [], 0
        async for part in request.stream():
            size += len(part)
            if size > self._limits.body_size:
                message = f"the body is larger than {self._limits.body_size} bytes"
                raise ClientFault(FaultCode.TOO_LARGE, message, advice="send values as variables, and fewer of them")
            parts.append(part)
        return b"".join(parts)


async def _unless_left(work: Coroutine[Any, Any, Answer], request: Request) -> Answer:
    """The answer, or ClientDisconnect as soon as the caller has gone; the work is cancelled then."""
    working = asyncio.ensure_future(work)
    leaving = asyncio.ensure_future(_leaving(request))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ClientDisconnect
        return working.result()
    finally:
        leaving.cancel()
        if not working.done():
            working.cancel()


async def _leaving(request: Request) -> None:
    """Ends when the caller goes; the body of a GET, which nobody reads, is passed over."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _wants_page(request: Request) -> bool:
    return request.method == "GET" and "text/html" in request.headers.get("accept", "") and not request.query_params


def _from_query(request: Request) -> dict[str, Any]:
    given = dict(request.query_params)
    if len(given) != len(request.query_params.multi_items()):
        raise ClientFault(FaultCode.MALFORMED, "a parameter is given twice")
    payload: dict[str, Any] = {"query": given.get("query"), "operationName": given.get("operationName")}
    for name in ("variables", "extensions"):
        if given.get(name):
            payload[name] = _json(given[name].encode(), name)
    return payload


def _json(content: bytes, what: str) -> Any:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as fault:
        raise ClientFault(FaultCode.MALFORMED, f"`{what}` must be JSON in UTF-8") from fault


def _respond(answer: Answer, media_type: str, arrival: Arrival, *, headers: Sequence[tuple[str, str]] = ()) -> Response:
    tell_end(answer.fault.value if answer.fault is not None else "", _reason(answer.cause))
    status = 200 if media_type == JSON_TYPE and answer.fault in _DOCUMENT_FAULTS else answer.status
    always = {"X-Request-Id": arrival.request_id, "Cache-Control": "no-store", "Vary": "Accept, Authorization"}
    response = Response(answer.body, status, always, media_type=f"{media_type}; charset=utf-8")
    for name, value in headers:
        response.headers.append(name, value)
    if status == status_of(FaultCode.METHOD_NOT_ALLOWED):
        response.headers["Allow"] = "GET, POST"
    return response


def _reason(cause: ClientFault | None) -> str:
    """Why a token was not believed, in one word of the standards'; "" if it was, or none was shown."""
    refusal = cause.__cause__ if cause is not None else None
    return refusal.error if isinstance(refusal, TokenRefused) else ""


def _broken(code: FaultCode, arrival: Arrival) -> Answer:
    """What leaves when the house is at fault: the code and the request's name, nothing else."""
    temporary = code in _TEMPORARY
    message = "the gateway cannot answer at present" if temporary else "the gateway made a mistake"
    advice = "ask again shortly" if temporary else "tell the operator the request id"
    problem = Problem(code, message, help=advice, details={"requestId": arrival.request_id})
    return Answer(orjson.dumps({"errors": [problem.as_json()]}), status_of(code), code)


def _where(fault: BaseException) -> Any:
    """Where it happened, without its message, which might repeat what a caller or an agency wrote."""
    return (Exception, Exception("message left out"), fault.__traceback__)
