"""The house's own rules about holes, and the proof that each of them would find one."""

import ast
import re
from pathlib import Path

import pytest

from tests.rules import sql
from tests.rules.habits import RULES, Rule
from tests.tidy import tree

each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)

EXCUSED = re.compile(r"# nosec B\d{3} # \w.{7,}")

RED = {
    "a request without a timeout": (
        "import requests\nrequests.get(url)",
        "self._session.post(url, json=body)",
        "session.request('GET', url)",
        "from urllib.request import urlopen\nurlopen(url)",
        "import socket\nsocket.create_connection(address)",
        "from http.client import HTTPSConnection as Line\nLine(host)",
    ),
    "an archive that is unpacked": (
        "archive.extractall(folder)",
        "packed.extract(member, folder)",
        "import shutil\nshutil.unpack_archive(file)",
    ),
    "a shell": (
        "subprocess.run(text, shell=True)",
        "subprocess.Popen(text, shell=wanted)",
        "import os\nos.system(text)",
        "from subprocess import getoutput\ngetoutput(text)",
    ),
    "a route without a policy": (
        "@api.get('/x')\ndef view(): ...",
        "@other\n@api.route('/x')\ndef view(): ...",
        "app.add_url_rule('/x', view_func=view)",
    ),
    "objects from bytes": (
        "import pickle\npickle.loads(raw)",
        "from yaml import load\nload(text)",
        "eval(text)",
        "exec(text)",
        "import marshal as m\nm.loads(raw)",
    ),
    "TLS without a check": (
        "session.get(url, timeout=5, verify=False)",
        "session.verify = False",
        "import ssl\ncontext.verify_mode = ssl.CERT_NONE",
        "context.check_hostname = False",
        "import ssl\nssl._create_unverified_context()",
    ),
    "chance that can be foretold": (
        "import random\ntoken = random.choice(letters)",
        "from random import getrandbits",
    ),
}
RED_SQL = (
    "def f(name): rows.all(f'SELECT * FROM users WHERE name = {name}')",
    "def f(name): rows.all('SELECT * FROM users WHERE name = ' + name)",
    "def f(name): rows.all('SELECT * FROM users WHERE name = %s' % name)",
    "def f(name): rows.all('SELECT * FROM users WHERE name = {}'.format(name))",
    "def f(order):\n    text = f' ORDER BY {order}'\n    rows.all(f'SELECT id FROM a {text}')",
    "def f(column):\n    parts = ['a = ?']\n    parts.append(column)\n"
    "    rows.all(f\"SELECT id FROM records WHERE {' AND '.join(parts)}\")",
    "def f(form):\n    table = 'a'\n    table = form.table\n    tx.execute(f'DELETE FROM {table}')",
)
GREEN_SQL = (
    "def f(ids):\n    marks = ','.join('?' * len(ids))\n"
    "    rows.all(f'SELECT * FROM a WHERE id IN ({marks})', ids)",
    "_COLUMNS = 'a, b'\ndef f(): rows.all(f'SELECT {_COLUMNS} FROM a')",
    "def f(limit): rows.all(f'SELECT a FROM b LIMIT {limit:d}')",
    "def f(own):\n    where = 'a = ?' if own else 'b = ?'\n"
    "    rows.all(f'SELECT a FROM b WHERE {where}')",
    "def f():\n    for table in ('a', 'b'):\n        tx.execute(f'DELETE FROM {table}')",
)


@each_rule
def test_nobody_has_the_habit(rule: Rule) -> None:
    places = [
        place for path in tree.python_source() for place in rule.strays(path, tree.tree(path))
    ]
    assert not places, f"Instead, {rule.mend}: {places}"


@each_rule
def test_each_rule_finds_what_it_is_about(rule: Rule) -> None:
    assert RED[rule.name]
    missed = [text for text in RED[rule.name] if not list(rule.find(ast.parse(text)))]
    assert not missed


def test_what_is_filled_into_sql_is_ours() -> None:
    places = [place for path in tree.python_source() for place in sql.strays(path, tree.tree(path))]
    assert not places, (
        "Give values beside the statement, as parameters; name it in tests/rules/sql.py with the"
        f" reason where what is filled in is ours and the rule cannot see it: {places}"
    )


def test_nothing_is_excused_that_is_not_there() -> None:
    there = {
        (path.as_posix(), found.text)
        for path in tree.python_source()
        for found in sql.filled(tree.tree(path))
    }
    gone = sorted(sql.REVIEWED.keys() - there)
    assert not gone, f"Delete these from REVIEWED in tests/rules/sql.py: {gone}"


def test_whatever_bandit_is_to_pass_over_is_named_and_has_a_reason() -> None:
    bare = [
        f"{path}:{number}"
        for path in tree.python_source()
        for number, line in enumerate(tree.text(path).splitlines(), 1)
        if "nosec" in line and not EXCUSED.search(line)
    ]
    assert not bare, f"Write `# nosec B123 # why it is no hole here`: {bare}"


@pytest.mark.parametrize("text", RED_SQL)
def test_a_callers_text_in_sql_is_found(text: str) -> None:
    assert sql.strays(Path("x.py"), ast.parse(text))


@pytest.mark.parametrize("text", GREEN_SQL)
def test_what_is_ours_in_sql_is_left_alone(text: str) -> None:
    assert not sql.strays(Path("x.py"), ast.parse(text))
