"""What one would write first: Flask, peewee, one connection and one commit per request."""

import json
import sys
from typing import Any

from flask import Flask, Response, jsonify, request
from peewee import AutoField, Model, SqliteDatabase, TextField
from waitress import serve

database = SqliteDatabase(None, pragmas={"journal_mode": "wal", "synchronous": "full"})
app = Flask(__name__)


class Event(Model):
    """One event, its body as text."""

    seq = AutoField()
    key = TextField(unique=True)
    body = TextField()

    class Meta:
        database = database


@app.before_request
def connect() -> None:
    database.connect()


@app.teardown_request
def close(_: BaseException | None) -> None:
    if not database.is_closed():
        database.close()


@app.post("/events")
def insert() -> Any:
    """One event or a list of them."""
    sent = request.get_json()
    rows = [
        {"key": one["id"], "body": json.dumps(one)}
        for one in (sent if isinstance(sent, list) else [sent])
    ]
    with database.atomic():
        Event.insert_many(rows).execute()
    return jsonify(stored=len(rows))


@app.get("/events")
def page() -> Any:
    """A page after a cursor, every body parsed and written again."""
    after, limit = int(request.args["after"]), int(request.args["limit"])
    found = Event.select(Event.seq, Event.body).where(Event.seq > after)
    rows = list(found.order_by(Event.seq).limit(limit).tuples())
    entries = [json.loads(body) for _, body in rows]
    cursor = rows[-1][0] if rows else after
    content = {"entries": entries, "cursor": cursor, "more": len(rows) == limit}
    return Response(json.dumps(content), content_type="application/json")


@app.get("/count")
def count() -> Any:
    """How many there are."""
    return jsonify(count=Event.select().count())


if __name__ == "__main__":
    database.init(sys.argv[1])
    with database:
        database.create_tables([Event])
    serve(
        app,
        host="127.0.0.1",
        port=int(sys.argv[2]),
        threads=16,
        backlog=1024,
        connection_limit=1000,
    )
