"""Answers what Python makes of configuration files: one JSON object a line in, one a line out.

In:  {"file": base64, "repositories": [{"domain": ..., "account": ..., "region": ..., "name": ...}]}
Out: {"lookups": RESULT, "keyringrc": RESULT, "plain": RESULT}
RESULT: {"ok": ...}, or {"refused": the exception's name, "lines": the lines that it names}
  lookups    the options that keyrings.codeartifact chooses, for each repository
  keyringrc  [defaults, [[section, options], ...]] of the parser as that package sets it up
  plain      the same of a plain RawConfigParser, as pip and twine use it
The first line out is {"python": [major, minor]}.
"""

import base64
import json
import sys
import tempfile
from configparser import RawConfigParser
from pathlib import Path

from keyrings.codeartifact import CodeArtifactKeyringConfig


def attempt(action):
    try:
        return {"ok": action()}
    except Exception as error:
        lines = [line for line, _ in getattr(error, "errors", [])]
        if getattr(error, "lineno", None) is not None:
            lines.append(error.lineno)
        return {"refused": type(error).__name__, "lines": lines}


def look_up(path, repositories):
    config = CodeArtifactKeyringConfig(path)
    return [dict(config.lookup(**repository)) for repository in repositories]


def read(path, **settings):
    parser = RawConfigParser(**settings)
    parser.read(path, encoding="utf-8")
    return [dict(parser.defaults()), [[name, dict(parser[name])] for name in parser.sections()]]


def main():
    sys.stdin.reconfigure(encoding="utf-8", newline="\n")
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    print(json.dumps({"python": sys.version_info[:2]}))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.cfg"
        for line in sys.stdin:
            case = json.loads(line)
            path.write_bytes(base64.b64decode(case["file"]))
            answer = {
                "lookups": attempt(lambda: look_up(path, case["repositories"])),
                "keyringrc": attempt(
                    lambda: read(path, inline_comment_prefixes=("#", ";"), default_section="codeartifact")
                ),
                "plain": attempt(lambda: read(path)),
            }
            print(json.dumps(answer))


main()
