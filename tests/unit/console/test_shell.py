import json
import re
from dataclasses import replace
from importlib.resources import files

import pytest

from tests.fakes.world import World
from tests.unit.console.signed_in import SignedIn

STATIC = files("leadwell.console") / "static"
FILES = sorted(file.name for file in STATIC.iterdir())


@pytest.fixture
def page() -> SignedIn:
    """Nobody is signed in, and there is no table."""
    world = World(templates=None)
    del world.services.table
    return SignedIn(world, role="")


@pytest.mark.parametrize("path", ["/console", "/console/", "/console/contacts/c1", "/console/segments/newsletter"])
def test_every_path_shows_the_page(page: SignedIn, path: str) -> None:
    reply = page.get(path)
    assert reply.status == 200
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert "/console/main.js" in reply.body


def test_only_own_files_are_run(page: SignedIn) -> None:
    reply = page.get("/console")
    policy = dict(rule.split(" ", 1) for rule in reply.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=", reply.body)


@pytest.mark.parametrize("name", FILES)
def test_every_file_is_served_as_what_it_is(page: SignedIn, name: str) -> None:
    reply = page.get(f"/console/{name}")
    if name == "index.html":
        assert reply.status == 404  # it has its own addresses
        return
    assert reply.status == 200
    kinds = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml", "html": "text/html"}
    assert reply.headers["content-type"].startswith(kinds[name.rsplit(".", 1)[1]])
    assert reply.headers["x-content-type-options"] == "nosniff"
    again = page.call("GET", f"/console/{name}", headers={"if_none_match": reply.headers["etag"]})
    assert (again.status, again.body) == (304, "")


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".js")])
def test_every_import_is_a_file(name: str) -> None:
    imported = re.findall(r'from "\./([\w.]+)"', (STATIC / name).read_text("utf-8"))
    assert set(imported) <= set(FILES)


@pytest.mark.parametrize("path", ["nothing.js", "../shell.py", "..%2fshell.py", "api/app.py", "main.js/x.js"])
def test_there_is_nothing_else(page: SignedIn, path: str) -> None:
    assert page.get(f"/console/{path}").status == 404


def test_how_to_sign_in(page: SignedIn) -> None:
    services = page.world.services
    given = {"kind": "cognito", "domain": "https://sign-in.example.com", "client_id": "abc"}
    services.settings = replace(services.settings, sign_in=json.dumps(given))
    reply = page.get("/console/config.json")
    assert reply.body == {"sign_in": "cognito", "domain": "https://sign-in.example.com", "client_id": "abc"}
    assert "connect-src 'self' https://sign-in.example.com;" in reply.headers["content-security-policy"]


@pytest.mark.parametrize("name", ["x" * 300 + ".js", "\x00.js", "../shell.py.js", ".js", "a" * 9_000 + ".css"])
def test_names_that_no_file_can_have(page: SignedIn, name: str) -> None:
    assert page.get(f"/console/{name}").status == 404


def test_a_previewed_mail_has_a_document_in_which_nothing_can_run(page: SignedIn) -> None:
    policy = page.get("/console/mail-frame.html").headers["content-security-policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == rules["form-action"] == rules["base-uri"] == "'none'"
    assert rules["script-src"] == rules["frame-ancestors"] == "'self'" and rules["sandbox"] == "allow-scripts"
