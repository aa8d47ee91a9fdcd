import re
from importlib.resources import files

STATIC = files("leadwell.console") / "static"
SCRIPTS = {file.name: file.read_text("utf-8") for file in STATIC.iterdir() if file.name.endswith(".js")}


def test_every_word_that_is_asked_for_exists() -> None:
    table = SCRIPTS["words.js"].partition("const WORDS = {")[2].partition("\n};")[0]
    known = set(re.findall(r"^  (\w+): \[", table, re.MULTILINE))
    asked = re.findall(r"""\bt\((?:\w+ \? )?"(\w+)"(?: : "(\w+)")?""", "\n".join(SCRIPTS.values()))
    assert {word for words in asked for word in words if word} <= known
    assert len(asked) > 80


def test_no_script_grows_out_of_hand() -> None:
    assert {name: text.count("\n") for name, text in SCRIPTS.items() if text.count("\n") > 400} == {}
