"""A PEP 517 build backend in one file; the sandbox writes its own wheels with it.

The sandbox also has it as a package, acme-backend, so that an isolated build has something to fetch from the index.
Standard library only, Python 3.9 or newer. Equal input gives equal bytes.
"""

import base64
import hashlib
import io
import os
import re
import zipfile
from email.parser import Parser


WHEEL = b"Wheel-Version: 1.0\nGenerator: acme-backend\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def metadata(name, version, dependencies=(), requires_python=None, readme=None):
    """The text of METADATA and PKG-INFO (core metadata 2.1); a readme is Markdown."""
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", "Summary: A package of the sandbox"]
    if requires_python:
        lines.append(f"Requires-Python: {requires_python}")
    lines += [f"Requires-Dist: {dependency}" for dependency in dependencies]
    if readme:
        lines += ["Description-Content-Type: text/markdown", "", readme]
    return "\n".join(lines) + "\n"


def module_name(name):
    """A project's name as file names and imports spell it."""
    return re.sub(r"[-_.]+", "_", name).lower()


def wheel_file_name(name, version):
    return f"{module_name(name)}-{version}-py3-none-any.whl"


def wheel_bytes(name, version, core_metadata, files):
    """A pure Python wheel; `files` maps paths in it to bytes."""
    folder = f"{module_name(name)}-{version}.dist-info"
    content = dict(sorted(files.items()))
    content[f"{folder}/METADATA"] = core_metadata.encode()
    content[f"{folder}/WHEEL"] = WHEEL
    record = "".join(f"{path},sha256={digest(data)},{len(data)}\n" for path, data in content.items())
    content[f"{folder}/RECORD"] = f"{record}{folder}/RECORD,,\n".encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, data in content.items():
            entry = zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return buffer.getvalue()


def digest(data):
    """SHA-256 as RECORD wants it: base64 for URLs, without the padding."""
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    """PEP 517: packs all Python files of the source tree in the working directory into a wheel."""
    with open("PKG-INFO", encoding="utf-8") as file:
        text = file.read()
    fields = Parser().parsestr(text)
    name, version = fields["Name"], fields["Version"]
    files = {}
    for folder, _, names in os.walk("."):
        for found in names:
            if found.endswith(".py"):
                path = os.path.join(folder, found)
                with open(path, "rb") as file:
                    files[os.path.relpath(path).replace(os.sep, "/")] = file.read()
    file_name = wheel_file_name(name, version)
    with open(os.path.join(wheel_directory, file_name), "wb") as file:
        file.write(wheel_bytes(name, version, text, files))
    return file_name
