"""Answers how Python and its clients read files: one JSON object a line in, one a line out. Runs on Python 3.6 and
newer.

In:  {"as": FORMAT, "file": base64, ...}
Out: {"ok": ...} or {"refused": the exception's name}
FORMAT
  config   RawConfigParser: {section: {option: value}}, the inherited options included, and "DEFAULT"; "encoding" to
           read with
  rewritten  what RawConfigParser writes of what it read, base64: all that a program keeps of a file that it edits
  netrc    [{host: [login, account, password]} of all its entries]
  pip      what pip itself reads: {"lines": its configuration, {"section.option": value}, "options": those of
           `pip install` in the end}; "machine" is a file for the whole machine
  toml     tomllib: what it says, with the type of each value: {"a": ["float", "1.0"]}
  twine    twine.utils.get_config: {server: {...}}
"""

import base64
import json
import os
import sys
import tempfile
from configparser import RawConfigParser
from netrc import netrc
from pathlib import Path

FOLDER = Path(tempfile.mkdtemp())
FILE = FOLDER / "file"


def read_config(question):
    parser = RawConfigParser()
    parser.read(str(FILE), encoding=question.get("encoding", "utf-8"))
    found = {name: dict(parser.items(name)) for name in parser.sections()}
    found["DEFAULT"] = dict(parser.defaults())
    return found


def rewrite(question):
    encoding = question.get("encoding", "utf-8")
    parser = RawConfigParser()
    parser.read(str(FILE), encoding=encoding)
    with open(str(FILE), "w", encoding=encoding) as file:
        parser.write(file)
    return base64.b64encode(FILE.read_bytes()).decode()


def read_netrc(question):
    return {host: list(entry) for host, entry in netrc(str(FILE)).hosts.items()}


def read_pip(question):
    from pip._internal.commands import create_command
    from pip._internal.configuration import Configuration

    machine = FOLDER / "machine" / "pip" / "pip.conf"
    machine.parent.mkdir(parents=True, exist_ok=True)
    machine.write_bytes(base64.b64decode(question.get("machine", "")))
    os.environ.update(PIP_CONFIG_FILE=str(FILE), XDG_CONFIG_DIRS=str(FOLDER / "machine"), HOME=str(FOLDER))
    configuration = Configuration(isolated=False)
    configuration.load()
    lines = configuration._dictionary.get(str(FILE), {})
    options, _ = create_command("install").parser.parse_args([])
    names = ["index_url", "extra_index_urls", "timeout", "find_links"]
    found = {name: getattr(options, name) for name in names}
    return {"lines": dict(lines), "options": dict(found, no_index=bool(options.no_index))}


def read_toml(question):
    import tomllib

    return with_types(tomllib.loads(FILE.read_text(encoding="utf-8")))


def with_types(value):
    if isinstance(value, dict):
        return {name: with_types(one) for name, one in value.items()}
    if isinstance(value, list):
        return [with_types(one) for one in value]
    return [type(value).__name__, value if isinstance(value, str) else repr(value)]


def read_twine(question):
    from twine.utils import get_config

    return get_config(str(FILE))


READERS = {
    "config": read_config,
    "rewritten": rewrite,
    "netrc": read_netrc,
    "pip": read_pip,
    "toml": read_toml,
    "twine": read_twine,
}


def answer(question):
    FILE.write_bytes(base64.b64decode(question["file"]))
    try:
        return {"ok": READERS[question["as"]](question)}
    except Exception as error:
        return {"refused": type(error).__name__}


def main():
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        del os.environ[name]
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)


try:
    main()
finally:
    import shutil

    shutil.rmtree(str(FOLDER))
