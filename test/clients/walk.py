"""One case by a client that openapi-python-client makes of the served document; run beside it by clients.test.ts."""

import json
import os
import time
import uuid

import httpx
from onewindow import AuthenticatedClient, Client
from onewindow.api.applications import (
    list_applications,
    read_application,
    read_timeline,
    submit_application,
    withdraw_application,
)
from onewindow.api.catalogue import read_catalogue_entry
from onewindow.models import ApplicationStatus, Problem, Submission, Withdrawal

base, token = os.environ["BASE_URL"], os.environ["TOKEN"]
client = AuthenticatedClient(base_url=base, token=token)
# Without a token, API Gateway itself answers; the client must get through that.
refused = list_applications.sync_detailed(client=Client(base_url=base))

entry = read_catalogue_entry.sync("business-opening", client=client)
body = {**entry.example.to_dict(), "items": ["business-registration"]}
sent = submit_application.sync_detailed(
    client=client, body=Submission.from_dict(body), idempotency_key=str(uuid.uuid4())
)
if isinstance(sent.parsed, Problem):
    raise SystemExit(f"Not taken: {sent.content.decode()}")
number = sent.parsed.id
located = httpx.get(sent.headers["location"], headers={"authorization": f"Bearer {token}"})

for _ in range(300):
    application = read_application.sync(number, client=client)
    if application.status == ApplicationStatus.COMPLETED:
        break
    time.sleep(0.2)
timeline = read_timeline.sync(number, client=client)
wrong = withdraw_application.sync(number, client=client, body=Withdrawal(reason=""))

print(
    json.dumps(
        {
            "id": number,
            "located": located.json()["id"],
            "status": application.status.value,
            "reviews": [review.status.value for review in application.reviews],
            "output": application.outputs[0].facts.number,
            "events": [item.type_ for item in timeline.items],
            "refused": refused.status_code.value,
            "wrong": [error.to_dict() for error in wrong.errors],
        }
    )
)
