"""A department's system: takes webhooks, reads reviews, decides. `SECRETS=whsec_… PORT=8080 python receiver.py`

Replace `decide` by your own work; everything else may stay.
"""

import json
import os
import sqlite3
import threading
import time
import urllib.error
import urllib.request
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook, WebhookVerificationError


def decide(review: dict) -> dict:
    """Your own work: what is decided, from what was read."""
    output = {"output": {"number": f"{review['item']}-{time.time_ns()}"}} if "output" in review else {}
    return {"outcome": "approved", **output, "dossierVersion": review["dossierVersion"]}


# The newest secret first: it signs. Older ones are good until you take them out.
SECRETS = [Webhook(secret) for secret in os.environ["SECRETS"].split(",")]

# What was taken and what is done: a restart forgets nothing.
LOCK = threading.Lock()
EVENTS = sqlite3.connect(os.environ.get("EVENTS", "events.db"), check_same_thread=False, isolation_level=None)
EVENTS.execute("CREATE TABLE IF NOT EXISTS events (id PRIMARY KEY, body, review, type, done DEFAULT 0)")


def take(webhook_id: str, body: str) -> bool:
    """Writes an event down, unless it is known. Says whether it is new."""
    event = json.loads(body)
    row = (webhook_id, body, event["data"].get("reviewId"), event["type"])
    with LOCK:
        return EVENTS.execute("INSERT OR IGNORE INTO events (id, body, review, type) VALUES (?,?,?,?)", row).rowcount == 1


def is_ended(review: str) -> bool:
    ends = "SELECT 1 FROM events WHERE review = ? AND type IN ('review.cancelled', 'review.revoked')"
    with LOCK:
        return EVENTS.execute(ends, (review,)).fetchone() is not None


def finish(webhook_id: str) -> None:
    with LOCK:
        EVENTS.execute("UPDATE events SET done = 1 WHERE id = ?", (webhook_id,))


def signed(message_id: str, body: str) -> dict:
    """What we sign says what it is for, and of which review."""
    at = datetime.now(timezone.utc)
    signature = SECRETS[0].sign(message_id, at, body)
    return {"webhook-id": message_id, "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}


def ask(url: str, message_id: str, body: str) -> tuple[int, str]:
    headers = {"content-type": "application/json", **signed(message_id, body)}
    request = urllib.request.Request(url, data=body.encode() or None, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError as error:
        return 0, str(error)


def call(url: str, message_id: str, body: str = "") -> tuple[int, str]:
    """Asks until there is an answer; the same id each time, so that a repetition counts once."""
    wait = 1
    while True:
        status, text = ask(url, message_id, body)
        if 0 < status < 500 and not (status == 409 and ":version-conflict" in text):
            return status, text
        time.sleep(wait)
        wait = min(wait * 2, 60)


def work(webhook_id: str, data: dict) -> None:
    review_id, url = data["reviewId"], data["decisionUrl"]
    while True:
        status, text = call(url.removesuffix("/decisions"), f"read_{review_id}_{webhook_id}")
        if status != 200:
            return print(review_id, "is not to be decided:", text)
        review = json.loads(text)
        if is_ended(review_id):
            return None
        own_id = f"decision_{review_id}_{webhook_id}_{review['dossierVersion']}"
        status, text = call(url, own_id, json.dumps(decide(review)))
        print(review_id, status, text)
        if status != 412:  # Corrected since it was read: read it again.
            return None


def handle(webhook_id: str, body: str) -> None:
    event = json.loads(body)
    if event["type"] == "review.requested":
        work(webhook_id, event["data"])
    # review.cancelled and review.revoked are looked up by is_ended; review.overdue is a reminder; and what is newer
    # than this program is left alone.
    finish(webhook_id)


def in_background(webhook_id: str, body: str) -> None:
    threading.Thread(target=handle, args=(webhook_id, body), daemon=True).start()


def is_signed(body: str, headers: dict) -> bool:
    if not headers.get("webhook-id", "").startswith("event_"):  # Signed for something else.
        return False
    for secret in SECRETS:
        try:
            secret.verify(body, headers)  # Also refuses what was signed more than five minutes ago.
            return True
        except WebhookVerificationError:
            pass
    return False


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
        headers = {name.lower(): value for name, value in self.headers.items()}
        good = is_signed(body, headers)
        is_new = good and take(headers["webhook-id"], body)
        self.send_response(204 if good else 401)  # Taken; the decision may take days.
        self.end_headers()
        if is_new:
            in_background(headers["webhook-id"], body)

    def log_message(self, *_: object) -> None:
        pass


if __name__ == "__main__":
    for row in EVENTS.execute("SELECT id, body FROM events WHERE done = 0").fetchall():
        in_background(*row)
    ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "8080"))), Receiver).serve_forever()
