"""What Schemathesis has to know of OneWindow: who makes which call, what there is, and how a partner signs."""

import base64
import hashlib
import hmac
import json
import os
import time
import uuid

import schemathesis

APPLICATIONS = os.environ["APPLICATIONS"].split()
QUEUE = os.environ["QUEUE"]
DEPARTMENT = os.environ["DEPARTMENT"]
EXAMPLE = json.loads(os.environ["EXAMPLE"])


def token_for(path: str) -> str | None:
    if path.startswith("/reviews") or path.endswith("/reviews") or path.endswith("/decision"):
        return os.environ["OFFICER"]
    if path.startswith(("/departments", "/operations")):
        return os.environ["OPERATOR"]
    if path.startswith(("/applications", "/materials")):
        return os.environ["APPLICANT"]
    return None


class PeopleAndPartners:
    """A bearer token where people call, a Standard Webhooks signature of the very body where partners do."""

    def __call__(self, request):
        path = request.path_url.split("$default")[-1]
        token = token_for(path.split("?")[0])
        if token and "Authorization" not in request.headers:
            request.headers["Authorization"] = f"Bearer {token}"
        for partner, secret in (("/courier/", "COURIER_SECRET"), ("/sms/", "SMS_SECRET")):
            if path.startswith(partner):
                self.sign(request, os.environ[secret])
        return request

    @staticmethod
    def sign(request, secret: str) -> None:
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else body
        name, at = f"notice_{uuid.uuid4()}", str(int(time.time()))
        key = base64.b64decode(secret.removeprefix("whsec_"))
        signature = hmac.new(key, f"{name}.{at}.".encode() + body, hashlib.sha256).digest()
        request.headers["webhook-id"] = name
        request.headers["webhook-timestamp"] = at
        request.headers["webhook-signature"] = f"v1,{base64.b64encode(signature).decode()}"


schemathesis.auth.set_from_requests(PeopleAndPartners())

KNOWN = {
    "/applications/": lambda number: {"id": number},
    "/reviews/": lambda number: {"id": f"{number}-1"},
    "/departments/": lambda _: {"code": DEPARTMENT},
    "/operations/cases/": lambda number: {"id": number},
    "/operations/departments/": lambda _: {"code": DEPARTMENT},
    "/operations/dead-letters/": lambda _: {"queue": QUEUE},
    "/catalogue/": lambda _: {"code": "business-opening"},
}


@schemathesis.hook
def map_path_parameters(ctx, path_parameters):
    """Three of four ids exist."""
    for prefix, known in KNOWN.items():
        if ctx.operation and ctx.operation.path.startswith(prefix) and path_parameters:
            drawn = hashlib.sha256(repr(sorted(path_parameters.items())).encode()).digest()
            if drawn[0] % 4:
                return {**path_parameters, **known(APPLICATIONS[drawn[1] % len(APPLICATIONS)])}
    return path_parameters


@schemathesis.hook
def before_load_schema(ctx, raw_schema):
    """The catalogue's own example is the one of a submission: what follows from one can be tried then."""
    body = raw_schema["paths"]["/applications"]["post"]["requestBody"]["content"]["application/json"]
    body["example"] = EXAMPLE
    for methods in raw_schema["paths"].values():
        for operation in methods.values():
            operation["parameters"] = [each for each in operation.get("parameters", []) if not is_given(each)]


def is_given(parameter) -> bool:
    """A signature is of the whole body, and so is made when that is sent; a cursor is one that a list gave."""
    return "Webhook" in parameter.get("$ref", "") or parameter.get("name") == "cursor"


@schemathesis.hook
def filter_body(ctx, body):
    """Names by which JavaScript is attacked are refused as no JSON, also where other names may be added."""
    return "__proto__" not in json.dumps(body, default=str)
